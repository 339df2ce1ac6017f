import { expect, test } from '@jest/globals'
import { AssignedPartition } from './assigned-partition.ts'
import { InHand } from './in-hand.ts'

function placed(offset: number): AssignedPartition {
  const partition = new AssignedPartition({ topic: 't', partition: 0 }, { kind: 'earliest' })
  partition.moveTo(offset, 1)
  return partition
}

function takeTo(inHand: InHand, partition: AssignedPartition, offset: number): void {
  inHand.taking(partition)
  partition.offset = offset
}

test('what is handed out is finished when the application comes back', () => {
  const inHand = new InHand()
  const partition = placed(3)
  takeTo(inHand, partition, 8)
  takeTo(inHand, partition, 9)
  expect(inHand.finished(partition)).toEqual({ offset: 3, epoch: 1 })
  inHand.releaseAll()
  expect(inHand.finished(partition)).toEqual({ offset: 9, epoch: 1 })
})

test('a handler finishes one record after the other', () => {
  const inHand = new InHand()
  const partition = placed(3)
  inHand.advance(partition, { offset: 4, epoch: 1 })
  expect(inHand.entry(partition)).toBeUndefined()
  takeTo(inHand, partition, 8)
  inHand.advance(partition, { offset: 4, epoch: 2 })
  expect(inHand.finished(partition)).toEqual({ offset: 4, epoch: 2 })
})

test('without a position there is nothing to commit', () => {
  const partition = new AssignedPartition({ topic: 't', partition: 0 }, 'committed')
  expect(new InHand().finished(partition)).toBeUndefined()
})

test('drained when nothing of the partitions is in hand, whatever others do', async () => {
  const inHand = new InHand()
  const [one, two, other] = [placed(0), placed(0), placed(0)]
  for (const partition of [one!, two!, other!]) takeTo(inHand, partition, 5)
  let isDrained = false
  const drained = inHand.drained([one!, two!]).then(() => {
    isDrained = true
  })
  inHand.release(one!)
  await Promise.resolve()
  expect(isDrained).toBe(false)
  inHand.releaseOthers(new Set([other!]))
  await drained
  expect(inHand.entry(other!)).toEqual({ offset: 0, epoch: 1 })
})
