import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from '@ottla/client/testing'
import { ApiKey, ErrorCode, encodeBatch } from '@ottla/protocol'
import '@ottla/runtime/node'
import type { PartitionLog } from '@ottla/storage'
import { FollowerThrottle } from './follower-throttle.ts'
import { Following, type LeaderAnswer } from './following.ts'
import { type FetcherContext, LeaderFetcher } from './leader-fetcher.ts'
import { ReplicationQuota } from './replication-quota.ts'
import { answer, openReplica, type ReplicaLogs, replicaLogs, TOPIC_ID } from './testing/replica-logs.ts'

const SESSION = 77
const NOTHING = { highWatermark: 0, logStartOffset: 0 }

let replicas: ReplicaLogs
let logs: PartitionLog[]
let leader: ScriptedBroker
let fetcher: LeaderFetcher
let context: FetcherContext
/** Answers to come, one per Fetch; when there is none the leader waits. */
let script: Reaction[]
let waiting: ((reaction: Reaction) => void)[]
let throttledRate: number
let brokerEpoch: number

beforeEach(async () => {
  replicas = await replicaLogs(1)
  logs = [
    replicas.logs[0]!,
    await openReplica(replicas.directories[0]!, 1),
    await openReplica(replicas.directories[0]!, 2),
  ]
  script = []
  waiting = []
  throttledRate = Number.POSITIVE_INFINITY
  brokerEpoch = 40
  leader = await scriptedBroker(replicas.runtime.net, react)
  context = contextOf()
  fetcher = new LeaderFetcher(1, context)
})

afterEach(async () => {
  fetcher.close()
  await leader.close()
  await replicas.close()
})

function contextOf(): FetcherContext {
  const { runtime } = replicas
  return {
    runtime,
    brokerId: 2,
    brokerEpoch: () => 12,
    placeOf: () => ({ host: '127.0.0.1', port: leader.port, brokerEpoch }),
    config: {
      waitMaxMs: 500,
      bytesMin: 1,
      partitionBytesMax: 1000,
      responseBytesMax: 5000,
      backoffMaxMs: 1000,
      socketTimeoutMs: 30_000,
    },
    throttle: new FollowerThrottle({
      brokerId: 2,
      quota: new ReplicationQuota({ clock: runtime.clock, rate: () => throttledRate }),
      replicasOf: () => '1:2',
      isOn: () => throttledRate < Number.POSITIVE_INFINITY,
    }),
    counts: { bytesIn: 0, committedCuts: 0 },
  }
}

function react({ apiKey, body }: SeenRequest): Reaction | Promise<Reaction> {
  if (apiKey === ApiKey.ListOffsets) {
    const partition = { partitionIndex: body.topics[0].partitions[0].partitionIndex, errorCode: 0, offset: 30 }
    return { body: { topics: [{ name: 't', partitions: [{ ...partition, timestamp: -1, leaderEpoch: 3 }] }] } }
  }
  return script.shift() ?? new Promise((resolve) => waiting.push(resolve))
}

function tells(...partitions: readonly LeaderAnswer[]): Reaction {
  const responses = partitions.length === 0 ? [] : [{ topicId: TOPIC_ID, partitions }]
  return { body: { errorCode: 0, sessionId: SESSION, responses } }
}

function fails(errorCode: number): Reaction {
  return { body: { errorCode, sessionId: 0, responses: [] } }
}

function records(partitionIndex: number, baseOffset: number, highWatermark = 0, bytesMin = 0): LeaderAnswer {
  const value = Buffer.from(`record ${baseOffset}`.padEnd(bytesMin))
  const bytes = encodeBatch({ baseOffset, partitionLeaderEpoch: 3, records: [{ key: null, value, timestamp: 1 }] })
  return answer({ ...NOTHING, highWatermark }, { partitionIndex, records: bytes })
}

function follow(index: number, leaderEpoch = 3): Following {
  const { logger } = replicas.runtime
  const following = new Following({
    log: logs[index]!,
    leader: 1,
    leaderEpoch,
    logger,
    onAdvanced: () => undefined,
    onBehind: () => undefined,
  })
  fetcher.add(following)
  return following
}

interface HeldAppend {
  readonly records: Uint8Array
  readonly done: (result: Parameters<Parameters<PartitionLog['appendAsFollower']>[1]>[0]) => void
}

const WRITTEN = {
  ok: true,
  firstOffset: 0,
  lastOffset: 0,
  logAppendTimeMs: -1,
  logStartOffset: 0,
  duplicate: false,
} as const

/** Follows partition 0, whose log writes nothing until the test says so. */
function followSlowly(): { following: Following; held: HeldAppend[] } {
  const held: HeldAppend[] = []
  const log = new Proxy(logs[0]!, {
    get: (target, name) => {
      if (name === 'appendAsFollower') {
        return (bytes: Uint8Array, done: HeldAppend['done']) => void held.push({ records: bytes, done })
      }
      const value = Reflect.get(target, name, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const { logger } = replicas.runtime
  const following = new Following({
    log,
    leader: 1,
    leaderEpoch: 3,
    logger,
    onAdvanced: () => undefined,
    onBehind: () => undefined,
  })
  return { following, held }
}

function settle(): Promise<void> {
  return replicas.runtime.clock.settle()
}

/** `sessionId/epoch wait: partition@offset … -forgotten …` */
function asked(): string[] {
  return leader.requests
    .filter(({ apiKey }) => apiKey === ApiKey.Fetch)
    .map(({ body }) => {
      const named = body.topics.flatMap((topic: { partitions: { partition: number; fetchOffset: number }[] }) =>
        topic.partitions.map(({ partition, fetchOffset }) => ` ${partition}@${fetchOffset}`),
      )
      const forgotten = body.forgottenTopicsData.flatMap((topic: { partitions: number[] }) =>
        topic.partitions.map((partition) => ` -${partition}`),
      )
      return `${body.sessionId}/${body.sessionEpoch} ${body.maxWaitMs}:${named.join('')}${forgotten.join('')}`
    })
}

describe('a fetcher', () => {
  test('begins a session, then names what has moved; each request waits for what the last one brought', async () => {
    script = [tells(records(0, 0), answer(NOTHING, { partitionIndex: 1 })), tells(records(1, 0)), tells()]
    follow(0)
    follow(1)
    await settle()
    expect(asked()).toEqual(['0/0 0: 0@0 1@0', '77/1 500: 0@1', '77/2 500: 1@1', '77/3 500:'])
    expect(leader.requests[0]!.body).toMatchObject({
      replicaState: { replicaId: 2, replicaEpoch: 12 },
      minBytes: 1,
      maxBytes: 5000,
      topics: [{ topicId: TOPIC_ID, partitions: [{ currentLeaderEpoch: 3, partitionMaxBytes: 1000 }, {}] }],
    })
    expect(logs.map(({ logEndOffset }) => logEndOffset)).toEqual([1, 1, 0])
    expect(context.counts.bytesIn).toBe(logs[0]!.sizeBytes + logs[1]!.sizeBytes)
  })

  test('who joins while the leader waits does not wait: a second request takes the first one’s place', async () => {
    script = [tells()]
    follow(0)
    await settle()
    expect(asked().at(-1)).toBe('77/1 500:')
    follow(1)
    await settle()
    expect(asked().at(-1)).toBe('77/2 500: 1@0')
    waiting.shift()!(fails(ErrorCode.INVALID_FETCH_SESSION_EPOCH))
    waiting.shift()!(tells(records(1, 0)))
    await settle()
    expect(asked().at(-1)).toBe('77/3 500: 1@1')
    expect(leader.connections).toBe(1)
  })

  test('the answer to a request that lost its place may still bring records', async () => {
    script = [tells()]
    follow(0)
    await settle()
    follow(1)
    await settle()
    waiting.shift()!(tells(records(0, 0)))
    await settle()
    expect(logs[0]!.logEndOffset).toBe(1)
    expect(asked().at(-1)).toBe('77/3 500: 0@1')
  })

  test('a partition that fails rests longer each time, and the others go on', async () => {
    const refused = answer(NOTHING, { partitionIndex: 0, errorCode: ErrorCode.UNKNOWN_LEADER_EPOCH })
    script = [tells(refused, records(1, 0)), tells(records(1, 1))]
    follow(0)
    follow(1)
    await settle()
    expect(asked()).toEqual(['0/0 0: 0@0 1@0', '77/1 500: 1@1 -0', '77/2 500: 1@2'])
    await replicas.runtime.clock.advance(20)
    expect(asked().slice(3)).toEqual(['77/3 500: 0@0'])
    waiting.shift()!(fails(ErrorCode.INVALID_FETCH_SESSION_EPOCH))
    waiting.shift()!(tells(refused))
    await settle()
    expect(asked().slice(4)).toEqual(['77/4 500: -0'])
    await replicas.runtime.clock.advance(39)
    expect(asked()).toHaveLength(5)
    await replicas.runtime.clock.advance(1)
    expect(asked().slice(5)).toEqual(['77/5 500: 0@0'])
  })

  test('a slow write keeps its partition out of the next request, not the others', async () => {
    const { runtime } = replicas
    const { following, held } = followSlowly()
    fetcher.add(following)
    follow(1)
    script = [tells(records(0, 0), records(1, 0))]
    await settle()
    expect(asked()).toHaveLength(1)
    await runtime.clock.advance(50)
    expect(asked().at(-1)).toBe('77/1 500: 1@1 -0')
    held[0]!.done(WRITTEN)
    await settle()
    expect(asked().at(-1)).toBe('77/2 500: 0@0')
  })

  test.each(['overdue', 'taken away'])(
    'memory of an answer whose records are not written yet is left alone: %s',
    async (how) => {
      const { following, held } = followSlowly()
      fetcher.add(following)
      follow(1)
      script = [tells(records(0, 0, 0, 100_000)), tells(records(1, 0, 0, 90_000)), tells(records(1, 1, 0, 80_000))]
      await settle()
      const before = Buffer.from(held[0]!.records)
      if (how === 'overdue') {
        await replicas.runtime.clock.advance(50)
      } else {
        following.end()
        fetcher.remove(following)
        await settle()
      }
      expect(logs[1]!.logEndOffset).toBe(2)
      expect(before.equals(held[0]!.records)).toBe(true)
    },
  )

  test('a session that the leader has forgotten is begun anew at once; a broken connection after a short rest', async () => {
    script = [tells(), fails(ErrorCode.FETCH_SESSION_ID_NOT_FOUND), tells(), 'close', tells()]
    follow(0)
    await settle()
    expect(asked()).toEqual(['0/0 0: 0@0', '77/1 500:', '0/0 0: 0@0', '77/1 500:'])
    await replicas.runtime.clock.advance(20)
    expect(asked().slice(4)).toEqual(['0/0 0: 0@0', '77/1 500:'])
    expect(leader.connections).toBe(2)
  })

  test('a leader has vanished from the loss of its connection until the next one, for a second at most', async () => {
    script = [tells()]
    follow(0)
    expect(fetcher.hasVanished).toBe(false)
    await settle()
    expect(fetcher.hasVanished).toBe(false)
    waiting.shift()!('close')
    await settle()
    expect(fetcher.hasVanished).toBe(true)
    script = [tells()]
    await replicas.runtime.clock.advance(20)
    expect(leader.connections).toBe(2)
    expect(fetcher.hasVanished).toBe(false)
    await leader.close()
    await settle()
    expect(fetcher.hasVanished).toBe(true)
    await replicas.runtime.clock.advance(1000)
    expect(fetcher.hasVanished).toBe(false)
  })

  test('another epoch of the same leader is told at once, and answers to the old one reach nobody', async () => {
    script = [tells()]
    const old = follow(0)
    await settle()
    old.end()
    fetcher.remove(old)
    follow(0, 4)
    await settle()
    waiting.shift()!(tells(records(0, 0)))
    await settle()
    expect(logs[0]!.logEndOffset).toBe(0)
    const last = leader.requests.at(-1)!.body
    expect(last.topics[0].partitions[0]).toMatchObject({ currentLeaderEpoch: 4, fetchOffset: 0 })
    expect(last.forgottenTopicsData).toEqual([])
  })

  test('out of range: asks where the leader’s log starts', async () => {
    script = [tells(answer(NOTHING, { partitionIndex: 0, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }))]
    follow(0)
    await settle()
    expect(leader.requests.find(({ apiKey }) => apiKey === ApiKey.ListOffsets)!.body).toMatchObject({
      replicaId: 2,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, currentLeaderEpoch: 3, timestamp: -2 }] }],
    })
    expect(logs[0]!.logStartOffset).toBe(30)
    expect(asked().at(-1)).toBe('77/1 500: 0@30')
  })

  test('a throttled partition that lags is left out while too much came, and comes back', async () => {
    throttledRate = 10
    script = [tells(records(0, 0, 5), records(1, 0, 5))]
    follow(0)
    follow(1)
    await settle()
    expect(asked()).toEqual(['0/0 0: 0@0 1@0', '77/1 500: 0@1 -1'])
    await replicas.runtime.clock.advance(11_200)
    expect(asked().at(-1)).toBe('77/2 500: 1@1')
  })

  test('a leader that registered anew is connected to anew', async () => {
    script = [tells()]
    follow(0)
    await settle()
    fetcher.leaderChanged()
    await settle()
    expect(leader.connections).toBe(1)
    brokerEpoch = 41
    fetcher.leaderChanged()
    await replicas.runtime.clock.advance(20)
    expect(leader.connections).toBe(2)
    expect(asked().at(-1)).toBe('0/0 0: 0@0')
  })

  test('without partitions it lets the connection go; closed it leaves no timer behind', async () => {
    script = [tells()]
    const before = replicas.runtime.clock.pendingTimers
    const following = follow(0)
    await settle()
    fetcher.remove(following)
    await replicas.runtime.clock.advance(30)
    expect(replicas.runtime.clock.pendingTimers).toBe(before)
    follow(1)
    await settle()
    expect(leader.connections).toBe(2)
    fetcher.close()
    await settle()
    expect(replicas.runtime.clock.pendingTimers).toBe(before)
  })
})
