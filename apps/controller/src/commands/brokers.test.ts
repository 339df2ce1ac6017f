import { describe, expect, test } from '@jest/globals'
import type { DirectoryFacts, MetadataImage, PartitionImage } from '@ottla/replication'
import { after, afterOutcome, clusterOf, registration, withTopic } from '../testing/images.ts'
import { allocateProducerIds, fenceBroker, heartbeat, registerBroker, replicaFate } from './brokers.ts'
import { firstNames, tellLeaders } from './leader-changes.ts'

type Shown = Partial<PartitionImage>

function partition(image: MetadataImage): PartitionImage {
  return image.topics.get('t')!.partitions[0]!
}

function fenced(image: MetadataImage, id: number): MetadataImage {
  return afterOutcome(image, fenceBroker(image, id, image.brokers.get(id)!.epoch))
}

/** The broker has caught up and says that it is ready. */
function unfenced(image: MetadataImage, id: number): MetadataImage {
  const { epoch: brokerEpoch } = image.brokers.get(id)!
  const { offset: appliedOffset } = image
  const beat = { brokerId: id, brokerEpoch, appliedOffset, ready: true, wantsShutdown: false }
  return afterOutcome(image, heartbeat(image, beat))
}

describe('fencing', () => {
  test.each<[string, Shown, number, Shown]>([
    [
      'the leader: the next in assignment order leads',
      { replicas: [1, 2, 3] },
      1,
      { leader: 2, isr: [2, 3], leaderEpoch: 1 },
    ],
    [
      'the assignment order decides, not the ISR order',
      { replicas: [1, 3, 2], isr: [2, 1, 3] },
      1,
      { leader: 3, leaderEpoch: 1 },
    ],
    [
      'a follower: it leaves the ISR, the leader epoch stays',
      { replicas: [1, 2, 3] },
      2,
      { leader: 1, isr: [1, 3], leaderEpoch: 0 },
    ],
    [
      'the only replica: it stays in the ISR, nobody leads',
      { replicas: [1] },
      1,
      { leader: -1, isr: [1], leaderEpoch: 1 },
    ],
    ['the last in-sync replica: the same', { replicas: [1, 2], isr: [1] }, 1, { leader: -1, isr: [1], leaderEpoch: 1 }],
    [
      'a replica out of sync: nothing',
      { replicas: [1, 2], isr: [1] },
      2,
      { leader: 1, isr: [1], leaderEpoch: 0, partitionEpoch: 0 },
    ],
    ['a broker without replica: nothing', { replicas: [1] }, 3, { leader: 1, partitionEpoch: 0 }],
  ])('%s', (_, before, brokerId, expected) => {
    const image = fenced(withTopic(clusterOf([1, 2, 3]), 't', [before]), brokerId)
    expect(image.brokers.get(brokerId)?.fenced).toBe(true)
    expect(partition(image)).toMatchObject(expected)
  })

  test('one after the other: the last one keeps the ISR, and only it may lead again', () => {
    let image = withTopic(clusterOf([1, 2, 3]), 't', [{ replicas: [1, 2, 3] }])
    for (const id of [1, 2, 3]) image = fenced(image, id)
    expect(partition(image)).toMatchObject({ leader: -1, isr: [3], leaderEpoch: 3 })
    image = unfenced(image, 1)
    expect(partition(image)).toMatchObject({ leader: -1, isr: [3] })
    image = unfenced(image, 3)
    expect(partition(image)).toMatchObject({ leader: 3, isr: [3], leaderEpoch: 4, leaderRecoveryState: 0 })
  })

  test('of many partitions takes several batches, each valid alone: a controller that dies between them fences again', () => {
    const start = withTopic(
      clusterOf([1, 2]),
      't',
      Array.from({ length: 9000 }, () => ({ replicas: [1, 2] })),
    )
    const { batches } = fenceBroker(start, 1, 1)
    expect(batches.length).toBeGreaterThan(2)
    const half = after(start, ...batches.slice(0, 2))
    expect(half.brokers.get(1)?.fenced).toBe(false)
    const image = fenced(half, 1)
    expect(image.brokers.get(1)?.fenced).toBe(true)
    expect(new Set(image.topics.get('t')!.partitions.map(({ leader }) => leader))).toEqual(new Set([2]))
  })

  test('a fence tells which partitions have another leader, and which have none', () => {
    const image = withTopic(clusterOf([1, 2]), 't', [
      { replicas: [1, 2] },
      { replicas: [2, 1] },
      { replicas: [1] },
      { replicas: [1, 2], isr: [1] },
    ])
    const { reply } = fenceBroker(image, 1, 1)
    expect(reply).toMatchObject({ fenced: true, newLeaders: 1 })
    expect(tellLeaders(reply)).toEqual({ newLeaders: 1, leaderless: 2, partitions: ['t-2', 't-3'] })
    expect(tellLeaders({ newLeaders: 3, leaderless: [] })).toEqual({ newLeaders: 3, leaderless: 0 })
    const many = Array.from({ length: 30 }, (_, partition) => ({ topic: 't', partition }))
    expect(firstNames(many)).toHaveLength(20)
  })

  test('a fence for an older registration, or for a fenced broker, does nothing', () => {
    const image = clusterOf([1], [2])
    expect(fenceBroker(image, 1, 999)).toMatchObject({ batches: [], reply: { fenced: false } })
    expect(fenceBroker(image, 2, 2).batches).toEqual([])
    expect(fenceBroker(image, 7, 7).batches).toEqual([])
  })
})

describe('heartbeats', () => {
  const image = withTopic(clusterOf([], [1]), 't', [{ replicas: [1], leader: -1 }])
  const beat = { brokerId: 1, brokerEpoch: 1, appliedOffset: 5, ready: true, wantsShutdown: false }

  test('a ready broker that has its own registration is unfenced, and leads', () => {
    const outcome = heartbeat(image, beat)
    expect(outcome.reply).toMatchObject({ kind: 'alive', fenced: false })
    expect(partition(afterOutcome(image, outcome))).toMatchObject({ leader: 1, leaderEpoch: 1 })
  })

  test.each([
    ['is not ready', { ready: false }, { kind: 'alive', fenced: true }],
    ['has not seen its own registration', { appliedOffset: 0 }, { kind: 'alive', fenced: true }],
    ['was replaced', { brokerEpoch: 0 }, { kind: 'stale', fenced: true }],
    ['is unknown', { brokerId: 9 }, { kind: 'stale', fenced: true }],
  ])('a broker that %s stays where it is', (_, fields, reply) => {
    const outcome = heartbeat(image, { ...beat, ...fields })
    expect(outcome.batches).toEqual([])
    expect(outcome.reply).toMatchObject(reply)
  })
})

describe('what a returning directory may lack', () => {
  const existing = clusterOf([1]).brokers.get(1)!
  const facts = (fields: Partial<DirectoryFacts>) => ({ ...registration(1).directories[0]!, ...fields })

  test.each<[string, DirectoryFacts[], string | undefined]>([
    ['clean shutdown of the last run', [facts({ cleanShutdownEpoch: 1 })], undefined],
    ['clean shutdown of an older run', [facts({ cleanShutdownEpoch: 0 })], 'unsynced-missing'],
    ['killed in this boot', [facts({ runEpoch: 1, sameBoot: true })], undefined],
    ['killed in an older boot', [facts({ runEpoch: 1, sameBoot: false })], 'unsynced-missing'],
    ['killed in an older run', [facts({ runEpoch: 0, sameBoot: true })], 'unsynced-missing'],
    ['no files', [facts({})], 'unsynced-missing'],
    ['another directory', [facts({ id: 'new', cleanShutdownEpoch: 1 })], 'directory-lost'],
    ['no directory', [], 'directory-lost'],
    ['an empty one besides', [facts({ cleanShutdownEpoch: 1 }), facts({ id: 'new' })], undefined],
  ])('%s', (_, directories, expected) => {
    expect(replicaFate(existing, directories)).toBe(expected)
  })

  test.each<[string, number, DirectoryFacts[], string | undefined]>([
    ['the run died before it wrote its run file', 0, [facts({ runEpoch: 0, sameBoot: true })], undefined],
    ['and the machine lost power then', 0, [facts({ runEpoch: 0, sameBoot: false })], 'unsynced-missing'],
    ['the run before was not complete', -1, [facts({ runEpoch: 0, sameBoot: true })], 'unsynced-missing'],
    ['there has never been a run file', -1, [facts({ sameBoot: true })], 'unsynced-missing'],
  ])('%s', (_, filesEpoch, directories, expected) => {
    expect(replicaFate({ ...existing, filesEpoch }, directories)).toBe(expected)
  })

  test('a broker that is killed again and again before it may write keeps its place', () => {
    let image = withTopic(clusterOf([1]), 't', [{ replicas: [1] }])
    const own = facts({ runEpoch: 1, sameBoot: true })
    for (const incarnationId of ['a', 'b', 'c', 'd']) {
      image = afterOutcome(image, registerBroker(image, registration(1, { incarnationId, directories: [own] })))
      expect(image.brokers.get(1)).toMatchObject({ filesEpoch: 1, incarnationId })
      expect(partition(image)).toMatchObject({ leader: -1, isr: [1] })
    }
    const late = facts({ runEpoch: 1, sameBoot: false })
    image = afterOutcome(image, registerBroker(image, registration(1, { incarnationId: 'e', directories: [late] })))
    expect(image.brokers.get(1)).toMatchObject({ filesEpoch: -1 })
    expect(partition(image)).toMatchObject({ isr: [], lastKnownElr: [1] })
    image = afterOutcome(image, registerBroker(image, registration(1, { incarnationId: 'f', directories: [own] })))
    expect(image.brokers.get(1)).toMatchObject({ filesEpoch: -1 })
  })

  test.each<[string, DirectoryFacts[], number]>([
    [
      'both of the same run',
      [facts({ runEpoch: 1, sameBoot: true }), facts({ id: 'b', runEpoch: 1, sameBoot: true })],
      1,
    ],
    ['of two runs', [facts({ runEpoch: 1, sameBoot: true }), facts({ id: 'b', runEpoch: 0, sameBoot: true })], -1],
    [
      'one is new',
      [facts({ runEpoch: 1, sameBoot: true }), facts({ id: 'b', runEpoch: 1, sameBoot: true }), facts({ id: 'new' })],
      1,
    ],
    [
      'shut down cleanly in an older boot',
      [facts({ cleanShutdownEpoch: 1, runEpoch: 1 }), facts({ id: 'b', cleanShutdownEpoch: 1, runEpoch: 1 })],
      -1,
    ],
  ])('whose files are complete: %s', (_, directories, expected) => {
    const before = { ...existing, directoryIds: ['directory-of-1', 'b'], filesEpoch: 0 }
    const start = clusterOf([1])
    const image = { ...start, brokers: new Map(start.brokers).set(1, before) }
    const now = afterOutcome(image, registerBroker(image, registration(1, { directories })))
    expect(now.brokers.get(1)?.filesEpoch).toBe(expected)
  })

  test('a broker that was never here holds nothing', () => {
    expect(replicaFate(undefined, [facts({ cleanShutdownEpoch: 1 })])).toBe('directory-lost')
  })
})

describe('registration', () => {
  const facts = (fields: Partial<DirectoryFacts>) => ({
    directories: [{ ...registration(1).directories[0]!, ...fields }],
  })
  const killed = facts({ runEpoch: 1, sameBoot: true })
  const powerCut = facts({ runEpoch: 1, sameBoot: false })
  const newDisk = facts({ id: 'new-directory' })

  test('a new broker is fenced; its epoch is the offset of its record', () => {
    const image = clusterOf([1])
    const outcome = registerBroker(image, registration(2, { rack: 'r' }))
    const now = afterOutcome(image, outcome)
    expect(outcome.reply.brokerEpoch).toBe(now.offset)
    expect(now.brokers.get(2)).toMatchObject({
      fenced: true,
      epoch: now.offset,
      rack: 'r',
      directoryIds: ['directory-of-2'],
    })
  })

  test('the same incarnation keeps its epoch and its state', () => {
    const image = clusterOf([1])
    const outcome = registerBroker(image, registration(1, { incarnationId: 'incarnation-of-1' }))
    expect(outcome).toEqual({ batches: [], reply: { brokerEpoch: 1, warnings: [] } })
  })

  test.each<[string, Shown, Partial<Parameters<typeof registration>[1]>, Shown, Shown]>([
    [
      'killed, alone: leads again with everything',
      { replicas: [1] },
      killed,
      { leader: -1, isr: [1], leaderEpoch: 1 },
      { leader: 1, isr: [1], leaderEpoch: 2, leaderRecoveryState: 0 },
    ],
    [
      'power cut, alone: the last known leader leads again, recovering',
      { replicas: [1] },
      powerCut,
      { leader: -1, isr: [], lastKnownElr: [1] },
      { leader: 1, isr: [1], lastKnownElr: [], leaderRecoveryState: 1 },
    ],
    [
      'a new disk, alone: nobody leads until somebody decides',
      { replicas: [1] },
      newDisk,
      { leader: -1, isr: [], lastKnownElr: [] },
      { leader: -1, isr: [], lastKnownElr: [] },
    ],
    [
      'power cut, with another in sync: the other leads',
      { replicas: [1, 2] },
      powerCut,
      { leader: 2, isr: [2], lastKnownElr: [] },
      { leader: 2, isr: [2], leaderRecoveryState: 0 },
    ],
    [
      'killed, out of sync: stays out',
      { replicas: [2, 1], isr: [2], leader: 2 },
      killed,
      { leader: 2, isr: [2], partitionEpoch: 0 },
      { leader: 2, isr: [2], partitionEpoch: 0 },
    ],
    [
      'power cut of an ELR member: leaves the ELR',
      { replicas: [2, 1], isr: [2], leader: 2, elr: [1] },
      powerCut,
      { isr: [2], elr: [] },
      { leader: 2 },
    ],
  ])('a new incarnation: %s', (_, before, message, registered, ready) => {
    const start = withTopic(clusterOf([1, 2]), 't', [before])
    const image = afterOutcome(start, registerBroker(start, registration(1, message)))
    expect(image.brokers.get(1)).toMatchObject({ fenced: true, epoch: image.offset })
    expect(partition(image)).toMatchObject(registered)
    expect(partition(unfenced(image, 1))).toMatchObject(ready)
  })

  test('many partitions are split into batches, the registration last', () => {
    const partitions = Array.from({ length: 9000 }, () => ({ replicas: [1, 2] }))
    const start = withTopic(clusterOf([1, 2]), 't', partitions)
    const outcome = registerBroker(start, registration(1, killed))
    expect(outcome.batches.length).toBeGreaterThan(2)
    expect(outcome.batches.at(-1)?.at(-1)?.type).toBe('registerBroker')
    const image = afterOutcome(start, outcome)
    expect(outcome.reply.brokerEpoch).toBe(image.offset)
    expect(new Set(image.topics.get('t')!.partitions.map(({ leader }) => leader))).toEqual(new Set([2]))
  })

  test("the first registration sets the cluster's values; later ones with others are warned, and change nothing", () => {
    const empty = after(clusterOf([]), [{ type: 'controllerStarted', controllerEpoch: 1 }])
    const image = afterOutcome(
      empty,
      registerBroker(empty, registration(1, { staticConfigs: { 'min.insync.replicas': '2', 'num.partitions': '3' } })),
    )
    expect(image.configs.get('broker:')).toEqual(new Map([['min.insync.replicas', '2']]))
    const other = registerBroker(image, registration(2, { staticConfigs: { 'min.insync.replicas': '1' } }))
    expect(other.reply.warnings).toEqual([expect.stringMatching(/min\.insync\.replicas=1 .* value is 2/)])
    expect(afterOutcome(image, other).configs).toBe(image.configs)
    const same = registerBroker(image, registration(2, { staticConfigs: { 'min.insync.replicas': '2' } }))
    expect(same.reply.warnings).toEqual([])
  })

  test.each([
    [
      'is read as Kafka reads it',
      { 'unclean.leader.election.enable': ' TRUE' },
      [['unclean.leader.election.enable', 'true']],
    ],
    ['that is none does not count', { 'min.insync.replicas': 'two', 'unclean.leader.election.enable': '1' }, undefined],
    ['of zero replicas is none', { 'min.insync.replicas': '0' }, undefined],
  ])('a first value %s', (_, staticConfigs, expected) => {
    const image = afterOutcome(clusterOf([]), registerBroker(clusterOf([]), registration(1, { staticConfigs })))
    expect(image.configs.get('broker:')).toEqual(expected && new Map(expected as [string, string][]))
  })

  test('a cluster that has partitions keeps its values, also when every broker has been unregistered', () => {
    const left = withTopic(clusterOf([]), 't', [{ replicas: [1], isr: [1], leader: -1 }])
    const outcome = registerBroker(left, registration(2, { staticConfigs: { 'min.insync.replicas': '3' } }))
    expect(afterOutcome(left, outcome).configs.size).toBe(0)
    expect(outcome.reply.warnings).toEqual([expect.stringMatching(/min\.insync\.replicas=3 .* value is 1/)])
  })
})

test('producer ids come in blocks, once', () => {
  const first = allocateProducerIds(clusterOf([1]))
  expect(first.reply).toEqual({ first: 0, count: 1000 })
  expect(allocateProducerIds(afterOutcome(clusterOf([1]), first)).reply).toEqual({ first: 1000, count: 1000 })
})
