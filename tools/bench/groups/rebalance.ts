/** A hundred members over a thousand partitions in the consumer protocol: from the last join until every member has what it is to have. */
import { Consumer, unwrap } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'
import { Crowd } from './crowd.ts'
import { pause } from './member.ts'
import type { Site } from './site.ts'

const MEMBERS = 100
const TOPIC = 'rebalanced'
const PARTITIONS = 1000
const DEADLINE_MS = 60_000
const LOOK_MS = 5

export interface RebalanceRow {
  readonly what: string
  readonly boundMs: number
  readonly samplesMs: number[]
}

export interface Rebalance {
  /** Of the broker's settings. */
  readonly pace: string
  /** What a rebalance may take: two heartbeat intervals and a second; a second where heartbeats are that frequent. */
  readonly boundMs: number
  readonly runs: number
  /** Milliseconds between two joins. */
  readonly apartMs: readonly number[]
  readonly realRuns: number
}

export async function measureRebalances(site: Site, plan: Rebalance, rows: RebalanceRow[]): Promise<void> {
  await site.createTopic(TOPIC, PARTITIONS)
  for (const apartMs of plan.apartMs) {
    const how = apartMs === 0 ? 'joins at once' : `joins ${apartMs} ms apart`
    const samplesMs = newRow(site, { ...plan, how }, rows)
    for (let run = 0; run < plan.runs; run++) samplesMs.push(await rebalanceMs(site, `${apartMs}-${run}`, apartMs))
  }
  const samplesMs = newRow(site, { ...plan, how: 'Consumers of @ottla/client' }, rows)
  for (let run = 0; run < plan.realRuns; run++) samplesMs.push(await consumersMs(site, `real-${run}`))
}

function newRow(site: Site, { pace, how, boundMs }: Rebalance & { how: string }, rows: RebalanceRow[]): number[] {
  const what = `${pace}, ${how}`
  site.tell(what)
  const samplesMs: number[] = []
  rows.push({ what, boundMs, samplesMs })
  return samplesMs
}

async function rebalanceMs(site: Site, groupId: string, apartMs: number): Promise<number> {
  const plan = { protocol: 'consumer', members: MEMBERS, topic: TOPIC, partitions: PARTITIONS, groupId } as const
  await using crowd = await Crowd.arrive(site, plan)
  const { fromLastMs } = await crowd.gathering.join(apartMs)
  await assertFinal(site, groupId)
  return fromLastMs
}

/** Nothing follows: group, target and all members are in one epoch. */
async function assertFinal({ admin }: Site, groupId: string): Promise<void> {
  const group = unwrap((await admin.describeConsumerGroups([groupId])).get(groupId)!)
  const epochs = new Set([
    group.groupEpoch,
    group.targetAssignmentEpoch,
    ...group.members.map((member) => member.memberEpoch),
  ])
  if (group.state === 'Stable' && epochs.size === 1) return
  throw new Error(`${groupId} is ${group.state} with the epochs ${[...epochs].join(', ')} after it was settled`)
}

async function consumersMs(site: Site, groupId: string): Promise<number> {
  const options = { bootstrapServers: site.system.bootstrap, groupId, groupProtocol: 'consumer' } as const
  const consumers = Array.from({ length: MEMBERS }, () => new Consumer(nodeRuntime(), options))
  const ending = new AbortController()
  const polls = consumers.map((consumer) => {
    consumer.subscribe([TOPIC])
    return pollOn(consumer, ending.signal)
  })
  try {
    const divided = dividedAfterMs(consumers, performance.now() + DEADLINE_MS)
    return await Promise.race([divided, ...polls.map((poll) => poll.then(() => divided))])
  } finally {
    ending.abort()
    await Promise.allSettled(polls)
    await Promise.all(consumers.map((consumer) => consumer.close()))
  }
}

async function pollOn(consumer: Consumer, signal: AbortSignal): Promise<void> {
  try {
    for (;;) await consumer.poll({ signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Milliseconds from when the last one has become a member. */
async function dividedAfterMs(consumers: readonly Consumer[], deadlineMs: number): Promise<number> {
  const share = PARTITIONS / consumers.length
  await until((consumer) => consumer.groupMetadata().memberId !== '')
  const joinedMs = performance.now()
  await until((consumer) => consumer.assignment().length === share)
  return performance.now() - joinedMs

  async function until(holdsOf: (consumer: Consumer) => boolean): Promise<void> {
    while (!consumers.every(holdsOf)) {
      if (performance.now() > deadlineMs) throw new Error(`consumers have not divided ${TOPIC} in ${DEADLINE_MS} ms`)
      await pause(LOOK_MS)
    }
  }
}
