/**
 * Segments of `__consumer_offsets` as Apache Kafka 4.3.1 has written them (src/vectors/apache-groups), laid under our partitions: the groups that they hold
 * are served here. Their topic `ht` had ten records in partition 0 and four in partition 1.
 */
import '@ottla/runtime/node'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { startController } from '@ottla/controller'
import {
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeResponse,
  DescribeGroupsRequest,
  DescribeGroupsResponse,
  FindCoordinatorRequest,
  FindCoordinatorResponse,
  ListGroupsRequest,
  ListGroupsResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
} from '@ottla/protocol'
import { BrokerWorld } from '../testing/broker-world.ts'
import type { RawClient } from '../testing/raw-client.ts'

/** Partition of `__consumer_offsets`, of 50, by the group that it holds. */
const PARTITIONS = { 'h-classic': 45, 'h-consumer': 27, 'h-live': 5, 'h-simple': 13 }
const GROUPS = Object.keys(PARTITIONS)
const FIND = { request: FindCoordinatorRequest, response: FindCoordinatorResponse }
const LIST = { request: ListGroupsRequest, response: ListGroupsResponse }
const FETCH = { request: OffsetFetchRequest, response: OffsetFetchResponse }
const CLASSIC = { request: DescribeGroupsRequest, response: DescribeGroupsResponse }
const CONSUMER = { request: ConsumerGroupDescribeRequest, response: ConsumerGroupDescribeResponse }
const CONFIG = { 'offsets.topic.num.partitions': '50', 'offsets.topic.replication.factor': '1' }

let world: BrokerWorld
let client: RawClient

beforeEach(async () => {
  world = await BrokerWorld.start(startController)
  const empty = await world.broker(CONFIG)
  await world.drive((await world.connect(empty)).call(FIND, 3, { key: 'g', keyType: 0 }))
  await world.stop(empty)
  const { disk } = world.runtime
  for (const partition of Object.values(PARTITIONS)) {
    const directory = `/data/1/__consumer_offsets-${partition}`
    const vector = new URL(`../vectors/apache-groups/__consumer_offsets-${partition}.log`, import.meta.url)
    for (const name of disk.list(directory)) {
      if (/\.(index|timeindex|snapshot)$/.test(name)) await disk.removeFile(`${directory}/${name}`)
    }
    await disk.replaceFile(`${directory}/00000000000000000000.log`, new Uint8Array(readFileSync(vector)))
  }
  await disk.removeFile('/data/1/.kafka_cleanshutdown')
  client = await world.connect(await world.broker(CONFIG))
})

afterEach(() => world.end())

async function listed() {
  for (;;) {
    const { errorCode, groups } = await world.drive(client.call(LIST, 5, { statesFilter: [], typesFilter: [] }))
    if (errorCode !== 14) return groups
  }
}

// The topic of the consumer group is not here: it is to be assigned anew, without it.
test('every group is listed with its type and state', async () => {
  const lines = (await listed()).map(({ groupId, groupType, groupState }) => `${groupId} ${groupType} ${groupState}`)
  expect(lines.sort()).toEqual([
    'h-classic classic Empty',
    'h-consumer consumer Assigning',
    'h-live classic Stable',
    'h-simple classic Empty',
  ])
})

test('every committed offset is there', async () => {
  await listed()
  const groups = GROUPS.map((groupId) => ({ groupId, topics: null }))
  const answer = await world.drive(client.call(FETCH, 8, { groups, requireStable: true }))
  const offsets = answer.groups.map(({ groupId, topics }) => [
    groupId,
    ...topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset }) => `${name}-${partitionIndex} ${committedOffset}`).sort(),
    ),
  ])
  expect(offsets).toEqual([
    ['h-classic', 'ht-0 10', 'ht-1 4'],
    ['h-consumer', 'ht-0 10', 'ht-1 4'],
    ['h-live', 'ht-0 10', 'ht-1 4'],
    ['h-simple', 'ht-0 3', 'ht-1 3'],
  ])
})

test('members of both protocols are there', async () => {
  await listed()
  const classic = await world.drive(client.call(CLASSIC, 5, { groups: ['h-live', 'h-classic'] }))
  expect(classic.groups).toMatchObject([
    {
      errorCode: 0,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [{ clientId: 'live-one', clientHost: '/127.0.0.1' }],
    },
    { errorCode: 0, groupState: 'Empty', members: [] },
  ])
  expect(classic.groups[0]!.members[0]!.memberAssignment.length).toBeGreaterThan(0)
  const consumer = await world.drive(
    client.call(CONSUMER, 0, { groupIds: ['h-consumer'], includeAuthorizedOperations: false }),
  )
  expect(consumer.groups).toMatchObject([
    {
      errorCode: 0,
      groupState: 'Assigning',
      groupEpoch: 3,
      assignmentEpoch: 2,
      assignorName: 'uniform',
      members: [
        { memberId: 'ypTfz3y9QY2Q66Uh-ZoAFA', instanceId: 'static-1', memberEpoch: 2, clientId: 'console-consumer' },
      ],
    },
  ])
})

test('members that do not come back are gone after their session', async () => {
  await listed()
  await world.runtime.clock.advance(61_000)
  const states = (await listed()).map(({ groupId, groupState }) => `${groupId} ${groupState}`)
  expect(states.sort()).toEqual(['h-classic Empty', 'h-consumer Empty', 'h-live Empty', 'h-simple Empty'])
})
