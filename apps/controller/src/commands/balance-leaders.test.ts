import { expect, test } from '@jest/globals'
import type { PartitionImage } from '@ottla/replication'
import { afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { balanceLeaders } from './balance-leaders.ts'

type Shown = Partial<PartitionImage>

const led: Shown = { replicas: [1, 2] }
const elsewhere: Shown = { replicas: [1, 2], leader: 2 }
const times = (count: number, partition: Shown) => Array.from({ length: count }, () => partition)

test.each<[string, readonly Shown[], number]>([
  ['nothing to do', times(3, led), 0],
  ['as much as is allowed', [...times(9, led), elsewhere], 0],
  ['more than is allowed', [...times(8, led), ...times(2, elsewhere)], 2],
  ['a preferred replica that is not in sync has to wait', [{ ...elsewhere, isr: [2] }, elsewhere], 1],
  ['a partition without leader', [{ replicas: [1, 2], isr: [1], leader: -1 }], 1],
  ['the preferred replica is fenced', [{ replicas: [9, 2], isr: [9, 2], leader: 2 }], 0],
  ['each broker is judged alone', [elsewhere, ...times(20, { replicas: [2, 1] })], 1],
  ['at most a thousand at once', times(1200, elsewhere), 1000],
])('%s', (_, partitions, expected) => {
  const image = withTopic(clusterOf([1, 2, 3], [9]), 't', partitions)
  const outcome = balanceLeaders(image, { imbalancePercentage: 10 })
  expect(outcome.reply).toBe(expected)
  const now = afterOutcome(image, outcome).topics.get('t')!.partitions
  const changed = now.filter((partition, index) => partition !== image.topics.get('t')!.partitions[index])
  expect(changed).toHaveLength(expected)
  expect(changed.every(({ leader, replicas }) => leader === replicas[0])).toBe(true)
})

test('a replica that resigned a short while ago is left alone', () => {
  const image = withTopic(clusterOf([1, 2]), 't', [elsewhere, elsewhere])
  const leavesAlone = ({ topic, partition, brokerId }: { topic: string; partition: number; brokerId: number }) =>
    topic === 't' && partition === 0 && brokerId === 1
  const outcome = balanceLeaders(image, { imbalancePercentage: 10, leavesAlone })
  expect(
    afterOutcome(image, outcome)
      .topics.get('t')!
      .partitions.map(({ leader }) => leader),
  ).toEqual([2, 1])
})
