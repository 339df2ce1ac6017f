import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EventHeap } from './event-heap.ts'

test('gives the soonest first, and what is due at the same time in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (dues) => {
      const heap = new EventHeap()
      const events = dues.map((dueMs, order) => ({ dueMs, order }))
      for (const event of events) heap.push(event)
      const popped = Array.from(events, () => heap.pop())
      expect(popped).toEqual(events.toSorted((one, other) => one.dueMs - other.dueMs || one.order - other.order))
      expect(heap.pop()).toBeUndefined()
    }),
  )
})

test('pushes between pops keep the order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }))), (steps) => {
      const heap = new EventHeap()
      let expected: { dueMs: number; order: number }[] = []
      for (const [order, dueMs] of steps.entries()) {
        if (dueMs === null) {
          expected = expected.toSorted((one, other) => one.dueMs - other.dueMs || one.order - other.order)
          expect(heap.peek()).toEqual(expected[0])
          expect(heap.pop()).toEqual(expected.shift())
        } else {
          heap.push({ dueMs, order })
          expected.push({ dueMs, order })
        }
        expect(heap.size).toBe(expected.length)
      }
    }),
  )
})
