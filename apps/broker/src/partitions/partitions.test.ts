import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { DiskError } from '@ottla/runtime'
import { testRuntime } from '@ottla/runtime/testing'
import { CorruptLogError } from '@ottla/storage'
import { startPartitions } from './partitions.ts'
import {
  BROKER_ID,
  batch,
  broker,
  partitionImage,
  ScriptedHome,
  ScriptedSession,
  scriptedCluster,
  topicId,
  topicImage,
} from './testing/scripted-cluster.ts'

async function start(session: ScriptedSession, ...homes: ScriptedHome[]) {
  const runtime = testRuntime()
  const brokerValues = new Map([['log.segment.bytes', '2097152']])
  const options = { runtime, brokerId: BROKER_ID, session, logHomes: homes, brokerValues, lagTimeMaxMs: 30_000 }
  return { runtime, partitions: await startPartitions(options) }
}

function setUp() {
  const session = new ScriptedSession()
  const home = new ScriptedHome()
  session.setBroker(broker(BROKER_ID))
  return { session, home }
}

describe('startPartitions', () => {
  test('opens what the image assigns to this broker and leads what it should, with the metadata offset recorded first', async () => {
    const { session, home } = setUp()
    session.setTopic(topicImage('t', [partitionImage(0), partitionImage(1, { replicas: [2], isr: [2], leader: 2 })]))
    const { partitions } = await start(session, home)
    expect(home.events).toEqual(['record 2@1', 'open t-0 t'])
    const topic = partitions.topicByName('t')!
    expect(partitions.find(topic, 0)).toMatchObject({ isLeader: true })
    expect(partitions.find(topic, 1)).toBe('NOT_LEADER_OR_FOLLOWER')
    expect(partitions.find(topic, 2)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(partitions.find(topic, -1)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(partitions.topicByName('u')).toBeUndefined()
    expect(partitions.topicById(topic.id)).toBe(topic)
    expect(partitions.topicById('nobody')).toBeUndefined()
  })

  test('sets directories aside that the metadata does not assign here: unknown ids, partitions that moved away', async () => {
    const { session, home } = setUp()
    session.setTopic(topicImage('t', [partitionImage(0), partitionImage(1, { replicas: [2], leader: 2 })]))
    const known = session.image.topics.get('t')!.id
    home.found = [
      { topic: 't', partition: 0, topicId: known },
      { topic: 't', partition: 1, topicId: known },
      { topic: 't', partition: 0, topicId: 'older' },
      { topic: 'u', partition: 0, topicId: 'unknown' },
    ]
    const { runtime } = await start(session, home)
    expect(home.events).toEqual([
      'record 2@1',
      'set aside t-1 t',
      'set aside t-0 older',
      'set aside u-0 unknown',
      'open t-0 t',
    ])
    expect(runtime.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(3)
  })

  test('a partition stays in the directory where it lies; new ones go where the fewest are', async () => {
    const { session, home } = setUp()
    const other = new ScriptedHome('/other')
    session.setTopic(topicImage('old', [partitionImage(0), partitionImage(1)]))
    const { id } = session.image.topics.get('old')!
    other.found = [
      { topic: 'old', partition: 0, topicId: id },
      { topic: 'old', partition: 1, topicId: id },
    ]
    session.setTopic(topicImage('new', [partitionImage(0), partitionImage(1), partitionImage(2)]))
    await start(session, home, other)
    expect(other.logs.has('old-0') && other.logs.has('old-1')).toBe(true)
    expect([...home.logs.keys()]).toEqual(['new-0', 'new-1', 'new-2'])
  })

  test('a log that cannot be opened fails its partition only', async () => {
    const { session, home } = setUp()
    const broken = new ScriptedHome('/broken')
    broken.failOpen = true
    session.setTopic(topicImage('t', [partitionImage(0), partitionImage(1)]))
    const { runtime, partitions } = await start(session, home, broken)
    const found = [0, 1].map((index) => partitions.find(partitions.topicByName('t')!, index))
    expect(found).toEqual([expect.objectContaining({ isLeader: true }), 'KAFKA_STORAGE_ERROR'])
    expect(runtime.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})

describe('Partitions', () => {
  test('a directory that does not record the metadata offset is left alone; the others go on', async () => {
    const { session, home } = setUp()
    const full = new ScriptedHome('/full')
    const { partitions } = await start(session, full, home)
    full.failRecord = true
    session.setTopic(topicImage('t', [partitionImage(0), partitionImage(1)]))
    await partitions.settled()
    expect(full.events).toEqual(['record 1@1'])
    expect([...home.logs.keys()]).toEqual(['t-0', 't-1'])
    full.failRecord = false
    session.setTopic(topicImage('u', [partitionImage(0)]))
    await partitions.settled()
    expect([...full.logs.keys()]).toEqual(['u-0'])
    full.failRecord = true
    session.removeTopic('u')
    await partitions.settled()
    expect(full.logs.size).toBe(1)
  })

  test('a new topic is served when its log is open, and answers NOT_LEADER_OR_FOLLOWER until then', async () => {
    const { session, partitions, home } = await scriptedCluster([])
    session.setTopic(topicImage('t', [partitionImage(0)]))
    const topic = partitions.topicByName('t')!
    expect(partitions.find(topic, 0)).toBe('NOT_LEADER_OR_FOLLOWER')
    await partitions.settled()
    expect(partitions.find(topic, 0)).toMatchObject({ isLeader: true })
    expect(home.events.slice(-2)).toEqual(['record 3@1', 'open t-0 t'])
  })

  test('a deleted topic ends at once; its log goes after the metadata offset is recorded', async () => {
    const { session, partitions, home } = await scriptedCluster([topicImage('t', [partitionImage(0)])])
    const topic = partitions.topicByName('t')!
    const partition = partitions.find(topic, 0)
    if (typeof partition === 'string') throw new Error(partition)
    let lost = 0
    partition.watchers.add({ advanced: () => undefined, lost: () => void lost++ })
    session.removeTopic('t')
    expect(lost).toBe(1)
    expect(partition.isLeader).toBe(false)
    expect(partitions.topicByName('t')).toBeUndefined()
    expect(home.logs.size).toBe(1)
    await partitions.settled()
    expect(home.events.slice(-2)).toEqual(['record 4@1', 'delete t-0 t'])
  })

  test('a topic that is created again gets a new log, once the old one is gone', async () => {
    const { session, partitions, home } = await scriptedCluster([topicImage('t', [partitionImage(0)])])
    session.setTopic(topicImage('t', [partitionImage(0)], 'second'))
    expect(partitions.find(partitions.topicByName('t')!, 0)).toBe('NOT_LEADER_OR_FOLLOWER')
    await partitions.settled()
    expect(home.events.slice(-3)).toEqual(['record 4@1', 'delete t-0 t', 'open t-0 second'])
    expect(partitions.find(partitions.topicById('second')!, 0)).toMatchObject({ isLeader: true })
  })

  test('deleted while its log is being opened: opened, never led, removed', async () => {
    const { session, partitions, home, runtime } = await scriptedCluster([])
    const gate = Promise.withResolvers<void>()
    home.gate = gate.promise
    session.setTopic(topicImage('t', [partitionImage(0)]))
    await runtime.clock.settle()
    session.removeTopic('t')
    gate.resolve()
    await partitions.settled()
    expect(home.events.slice(-4)).toEqual(['record 3@1', 'open t-0 t', 'record 4@1', 'delete t-0 t'])
  })

  test('created and deleted before its turn came: nothing is done to the disk for it', async () => {
    const { session, partitions, home } = await scriptedCluster([])
    session.setTopic(topicImage('t', [partitionImage(0)]))
    session.removeTopic('t')
    session.setTopic(topicImage('t', [partitionImage(0)], 'second'))
    await partitions.settled()
    expect(home.events.slice(-2)).toEqual(['record 5@1', 'open t-0 second'])
    expect(partitions.find(partitions.topicByName('t')!, 0)).toMatchObject({ isLeader: true })
  })

  test('changes that come meanwhile share one record of the metadata offset, which covers all of them', async () => {
    const { session, partitions, home, runtime } = await scriptedCluster([])
    const gate = Promise.withResolvers<void>()
    home.gate = gate.promise
    session.setTopic(topicImage('a', [partitionImage(0)]))
    await runtime.clock.settle()
    for (const name of ['b', 'c', 'd']) session.setTopic(topicImage(name, [partitionImage(0)]))
    session.removeTopic('a')
    gate.resolve()
    await partitions.settled()
    const events = ['record 3@1', 'open a-0 a', 'record 7@1', 'delete a-0 a', 'open b-0 b', 'open c-0 c', 'open d-0 d']
    expect(home.events.slice(-7)).toEqual(events)
  })

  test('a partition that moves to other brokers loses its log here', async () => {
    const { session, partitions, home } = await scriptedCluster([
      topicImage('t', [partitionImage(0), partitionImage(1)]),
    ])
    const moved = partitionImage(1, { replicas: [2], isr: [2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 })
    session.setTopic(topicImage('t', [partitionImage(0), moved]))
    await partitions.settled()
    expect(home.events.at(-1)).toBe('delete t-1 t')
    expect(partitions.find(partitions.topicByName('t')!, 1)).toBe('NOT_LEADER_OR_FOLLOWER')
    expect(partitions.find(partitions.topicByName('t')!, 0)).toMatchObject({ isLeader: true })
  })

  test("configurations reach the log: topic, then cluster, then this broker's file", async () => {
    const { session, home } = setUp()
    session.setTopic(topicImage('t', [partitionImage(0)]))
    await start(session, home)
    const log = home.logs.get('t-0')!
    expect(log.config.segmentBytes).toBe(2_097_152)
    session.setConfig('broker', '', { 'log.segment.bytes': '3145728' })
    expect(log.config.segmentBytes).toBe(3_145_728)
    session.setConfig('topic', 't', { 'segment.bytes': '4194304', 'cleanup.policy': 'delete,compact' })
    expect(log.config).toMatchObject({ segmentBytes: 4_194_304, compacted: true })
  })

  test("min.insync.replicas is the metadata's, and at most the number of replicas", async () => {
    const topic = topicImage('t', [partitionImage(0, { replicas: [1, 2], isr: [1] }), partitionImage(1)])
    const { session, partitions } = await scriptedCluster([topic])
    const tryAppend = (index: number) => {
      const partition = partitions.find(topic, index)
      if (typeof partition === 'string') throw new Error(partition)
      let error: string | undefined
      partition.append({ records: batch(['a']) }, -1, (result) => {
        error = result.ok ? undefined : result.error
      })
      return error
    }
    expect([tryAppend(0), tryAppend(1)]).toEqual([undefined, undefined])
    session.setConfig('topic', 't', { 'min.insync.replicas': '2' })
    expect([tryAppend(0), tryAppend(1)]).toEqual(['NOT_ENOUGH_REPLICAS', undefined])
  })

  test('says of each partition when it has followed the metadata, and when it is gone', async () => {
    const told: string[] = []
    const name = ({ log, role }: { log: { topic: string; partition: number }; role: string }) =>
      `${log.topic}-${log.partition} ${role}`
    const followed = { replicas: [1, 2], isr: [1, 2], leader: 2 }
    const cluster = await scriptedCluster([topicImage('t', [partitionImage(0, followed)])], undefined, undefined, {
      onFollowed: (partition) => void told.push(name(partition)),
      onGone: (partition) => void told.push(name(partition)),
    })
    expect(told.splice(0)).toEqual(['t-0 following'])
    const led = { ...followed, leader: 1, leaderEpoch: 1, partitionEpoch: 1 }
    cluster.session.setTopic(topicImage('t', [partitionImage(0, led)]))
    expect(told.splice(0)).toEqual(['t-0 starting'])
    cluster.session.removeTopic('t')
    expect(told.splice(0)).toEqual(['t-0 closed'])
  })

  test('a log that cannot be opened is not led here: asked at once, and again while nobody else leads', async () => {
    const { session, home } = setUp()
    home.failOpen = true
    session.setTopic(
      topicImage('t', [
        partitionImage(0, { replicas: [1, 2], isr: [1, 2], leaderEpoch: 4 }),
        partitionImage(1, { replicas: [1, 2], isr: [1, 2], leader: 2 }),
      ]),
    )
    const { runtime } = await start(session, home)
    await runtime.clock.settle()
    const resignation = { topicId: topicId('t'), partition: 0, leaderEpoch: 4, reason: 'write-failed' }
    expect(session.resigned).toEqual([resignation])
    await runtime.clock.advance(15_000)
    expect(session.resigned).toEqual([resignation, resignation])
  })

  test('a log that found no room is opened when there is room again', async () => {
    const { session, home } = setUp()
    home.failOpen = true
    home.openError = new DiskError('create', '/logs/t-0', 'ENOSPC')
    session.setTopic(topicImage('t', [partitionImage(0, { replicas: [1, 2], isr: [1, 2] })]))
    const { runtime, partitions } = await start(session, home)
    const topic = partitions.topicByName('t')!
    await runtime.clock.advance(15_000)
    expect(partitions.find(topic, 0)).toBe('KAFKA_STORAGE_ERROR')
    home.failOpen = false
    await runtime.clock.advance(15_000)
    expect(partitions.find(topic, 0)).toMatchObject({ isLeader: true })
  })

  test('a removal that found no room is made up for, and a log of the same directory waits for it', async () => {
    const { session, home } = setUp()
    session.setTopic(topicImage('t', [partitionImage(0, { replicas: [1, 2], isr: [1, 2] })]))
    const { runtime, partitions } = await start(session, home)
    const topic = partitions.topicByName('t')!
    home.removeError = new DiskError('rename', '/logs/t-0', 'ENOSPC')
    session.setTopic(topicImage('t', [partitionImage(0, { replicas: [2], isr: [2], leader: 2, partitionEpoch: 1 })]))
    await partitions.settled()
    session.setTopic(topicImage('t', [partitionImage(0, { replicas: [1, 2], isr: [2], leader: 2, partitionEpoch: 2 })]))
    await partitions.settled()
    const opened = () => home.events.filter((event) => !event.startsWith('record'))
    expect([opened(), partitions.find(topic, 0)]).toEqual([['open t-0 t'], 'KAFKA_STORAGE_ERROR'])
    const errors = () => runtime.logger.messages('error').length
    const before = errors()
    await runtime.clock.advance(15_000)
    // One line for all openings, one for all removals.
    expect(errors() - before).toBe(2)
    home.removeError = undefined
    await runtime.clock.advance(15_000)
    expect(opened()).toEqual(['open t-0 t', 'delete t-0 t', 'open t-0 t'])
    expect(partitions.find(topic, 0)).toMatchObject({ role: 'following' })
    await partitions.close()
  })

  test('a stray directory that found no room to be set aside is set aside later', async () => {
    const { session, home } = setUp()
    home.found = [{ topic: 't', partition: 0, topicId: topicId('t') }]
    home.removeError = new DiskError('rename', '/logs/t-0', 'ENOSPC')
    const { runtime } = await start(session, home)
    expect(home.events.filter((event) => !event.startsWith('record'))).toEqual([])
    home.removeError = undefined
    await runtime.clock.advance(15_000)
    expect(home.events.filter((event) => !event.startsWith('record'))).toEqual(['set aside t-0 t'])
  })

  test('a corrupt log is said to be one', async () => {
    const { session, home } = setUp()
    home.openError = new CorruptLogError('/logs/t-0', 7, 'checksum')
    home.failOpen = true
    session.setTopic(topicImage('t', [partitionImage(0, { replicas: [1, 2], isr: [1, 2] })]))
    const { runtime } = await start(session, home)
    await runtime.clock.settle()
    expect(session.resigned).toMatchObject([{ partition: 0, reason: 'corrupt' }])
  })

  test.each([
    ['in the ISR', { isr: [2, 1] }, [{ partition: 0, reason: 'corrupt' }]],
    ['in the ELR', { isr: [2], elr: [1] }, [{ partition: 0, reason: 'corrupt' }]],
    ['in neither', { isr: [2], leader: -1 }, []],
  ])('a corrupt log of a follower %s is said to be one where somebody counts on it', async (_, fields, expected) => {
    const { session, home } = setUp()
    home.openError = new CorruptLogError('/logs/t-0', 7, 'checksum')
    home.failOpen = true
    session.setTopic(topicImage('t', [partitionImage(0, { replicas: [1, 2], leader: 2, ...fields })]))
    const { runtime } = await start(session, home)
    await runtime.clock.settle()
    expect(session.resigned).toMatchObject(expected)
  })

  test('a log that was damaged while it was open gives way to an empty one when another broker leads and nobody counts on it', async () => {
    const { session, home } = setUp()
    const replicated = { replicas: [1, 2], isr: [1, 2] }
    session.setTopic(topicImage('t', [partitionImage(0, replicated)]))
    const { partitions, runtime } = await start(session, home)
    const topic = partitions.topicByName('t')!
    const damaged = partitions.find(topic, 0)
    if (typeof damaged === 'string') throw new Error(damaged)
    damaged.broke('corrupt')
    const move = async (changes: Parameters<typeof partitionImage>[1]) => {
      session.setTopic(topicImage('t', [partitionImage(0, { ...replicated, ...changes })]))
      await partitions.settled()
      return partitions.find(topic, 0)
    }
    expect(await move({ leader: -1, leaderEpoch: 1, partitionEpoch: 1 })).toBe(damaged)
    expect(await move({ leader: 2, leaderEpoch: 2, partitionEpoch: 2 })).toBe('KAFKA_STORAGE_ERROR')
    expect(damaged.role).toBe('closed')
    expect(home.events.at(-1)).toBe('close t-0 t')
    await runtime.clock.advance(1_000)
    expect(session.resigned.at(-1)).toMatchObject({ leaderEpoch: 2, reason: 'corrupt' })
    const refilled = await move({ leader: 2, leaderEpoch: 2, partitionEpoch: 3, isr: [2] })
    expect(refilled).toMatchObject({ role: 'following', isDamaged: false })
    expect(home.events.slice(-2)).toEqual(['set aside t-0 t', 'open t-0 t'])
  })

  test('what is led in a log directory that fails is to be led elsewhere', async () => {
    const cluster = await scriptedCluster([topicImage('t', [partitionImage(0), partitionImage(1, { leader: 2 })])])
    cluster.partitions.directoryFailed('/elsewhere')
    cluster.partitions.directoryFailed('/memory')
    await cluster.runtime.clock.settle()
    expect(cluster.session.resigned).toMatchObject([{ partition: 0, reason: 'write-failed' }])
  })

  test('ISR changes are counted', async () => {
    const cluster = await scriptedCluster([topicImage('t', [partitionImage(0, { replicas: [1, 2], isr: [1, 2] })])])
    const set = (isr: number[], partitionEpoch: number) =>
      cluster.session.setTopic(topicImage('t', [partitionImage(0, { replicas: [1, 2], isr, partitionEpoch })]))
    set([1], 1)
    set([1, 2], 2)
    set([1], 3)
    expect(cluster.partitions.isrChanges).toEqual({ shrunk: 2, expanded: 1, failed: 0 })
  })

  test('close wakes every waiter and follows the metadata no longer', async () => {
    const { session, partitions, home } = await scriptedCluster([topicImage('t', [partitionImage(0)])])
    const partition = partitions.find(partitions.topicByName('t')!, 0)
    if (typeof partition === 'string') throw new Error(partition)
    let lost = 0
    partition.watchers.add({ advanced: () => undefined, lost: () => void lost++ })
    await partitions.close()
    expect(lost).toBe(1)
    const before = home.events.length
    session.setTopic(topicImage('u', [partitionImage(0)]))
    await partitions.settled()
    expect(home.events).toHaveLength(before)
  })
})
