import { expect, test } from '@jest/globals'
import type { MetadataImage, MetadataRecord } from '@ottla/replication'
import { recordingLogger } from '@ottla/runtime/testing'
import { alterPartition } from '../commands/alter-partition.ts'
import type { Outcome } from '../commands/outcome.ts'
import { alterPartitionReassignments } from '../commands/reassignment.ts'
import { unregisterBroker } from '../commands/unregister-broker.ts'
import { after, clusterOf, withTopic } from '../testing/images.ts'
import { ChangeLog } from './change-log.ts'

function watched(start: MetadataImage) {
  const logger = recordingLogger()
  const log = new ChangeLog(logger, start)
  let image = start
  /** All batches become durable together. */
  const apply = ({ batches }: Outcome<unknown>) => {
    const durable = batches.map((records: readonly MetadataRecord[]) => {
      const batch = { baseOffset: image.offset + 1, controllerEpoch: 1, records }
      image = after(image, records)
      return { batch, image }
    })
    const told = logger.lines.length
    log.observe(durable)
    return logger.lines.slice(told).map(({ level, message, fields }) => [level, message, fields])
  }
  return { apply, image: () => image }
}

type Wishes = readonly (readonly number[] | null)[]

function reassign(image: MetadataImage, wishes: Wishes) {
  const partitions = wishes.map((replicas, partitionIndex) => ({
    partitionIndex,
    replicas: replicas === null ? null : [...replicas],
  }))
  const topics = [{ name: 'a', partitions }]
  return alterPartitionReassignments(image, { timeoutMs: 1, allowReplicationFactorChange: true, topics })
}

test('moves are told when they begin, end and are given up, once for all of them', () => {
  const { apply, image } = watched(withTopic(clusterOf([1, 2, 3]), 'a', [{ replicas: [1] }, { replicas: [1] }]))
  expect(apply(reassign(image(), [[2], [1, 3]]))).toEqual([
    ['info', 'reassignments begun', { count: 2, partitions: ['a-0', 'a-1'] }],
  ])
  expect(apply(reassign(image(), [[2], [1, 3]]))).toEqual([])
  expect(apply(reassign(image(), [[3]]))).toEqual([['info', 'reassignments begun', { count: 1, partitions: ['a-0'] }]])
  const { partitionEpoch, leaderEpoch } = image().topics.get('a')!.partitions[1]!
  const proposal = {
    partitionIndex: 1,
    leaderEpoch,
    partitionEpoch,
    newIsr: [],
    newIsrWithEpochs: [1, 3].map((brokerId) => ({ brokerId, brokerEpoch: brokerId })),
    leaderRecoveryState: 0,
  }
  const topics = [{ topicId: 'id-of-a', partitions: [proposal] }]
  const proposed = alterPartition(image(), { brokerId: 1, brokerEpoch: 1, topics }, { id: 1, epoch: 1 })
  expect(apply(proposed)).toEqual([['info', 'reassignments ended', { count: 1, partitions: ['a-1'] }]])
  expect(apply(reassign(image(), [null]))).toEqual([
    ['info', 'reassignments cancelled', { count: 1, partitions: ['a-0'] }],
  ])
})

test('a move that needs no copying has ended at once', () => {
  const { apply, image } = watched(withTopic(clusterOf([1, 2]), 'a', [{ replicas: [1, 2] }]))
  expect(apply(reassign(image(), [[2]]))).toEqual([['info', 'reassignments ended', { count: 1, partitions: ['a-0'] }]])
})

test('a broker that is taken out is told', () => {
  const { apply, image } = watched(clusterOf([1], [2]))
  expect(apply(unregisterBroker(image(), { brokerId: 2 }))).toEqual([
    ['info', 'broker unregistered', { brokerId: 2, brokerEpoch: 2 }],
  ])
})
