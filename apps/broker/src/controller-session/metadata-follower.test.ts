import { describe, expect, test } from '@jest/globals'
import type { ControllerFrame } from '@ottla/replication'
import { MetadataFollower } from './metadata-follower.ts'

function batch(baseOffset: number, controllerEpoch = 1): ControllerFrame {
  const records = [{ type: 'controllerStarted', controllerEpoch } as const]
  const header = { correlationId: 0, clusterId: 'cluster', controllerEpoch, metadataOffset: baseOffset }
  return { ...header, message: { type: 'metadataBatch', batch: { baseOffset, controllerEpoch, records } } }
}

const never = new AbortController().signal

describe('waiting for an offset', () => {
  test('ends when the image has reached it, and not before', async () => {
    const follower = new MetadataFollower()
    const reached: number[] = []
    const waits = [1, 0, -1].map((offset) => follower.reached(offset, never).then(() => reached.push(offset)))
    await Promise.resolve()
    expect(reached).toEqual([-1])
    follower.take(batch(0))
    await Promise.resolve()
    expect(reached).toEqual([-1, 0])
    follower.take(batch(1))
    await Promise.all(waits)
    expect(reached).toEqual([-1, 0, 1])
  })

  test('ends with the reason of who gives up; the others wait on', async () => {
    const follower = new MetadataFollower()
    const expiry = new AbortController()
    const [gaveUp, other] = [follower.reached(0, expiry.signal), follower.reached(0, never)]
    expiry.abort(new Error('too late'))
    await expect(gaveUp).rejects.toThrow('too late')
    await expect(follower.reached(0, expiry.signal)).rejects.toThrow('too late')
    follower.take(batch(0))
    await expect(other).resolves.toBeUndefined()
    await expect(follower.reached(0, expiry.signal)).resolves.toBeUndefined()
  })

  test('ends with the session', async () => {
    const follower = new MetadataFollower()
    const waiting = follower.reached(0, never)
    follower.end(new Error('closed'))
    await expect(waiting).rejects.toThrow('closed')
  })
})

describe('what does not continue the image is refused', () => {
  test.each([
    ['a gap', batch(2)],
    ['a repetition', batch(0)],
    ['an older controller', batch(1, 1)],
    ['an answer', { ...batch(1, 2), message: { type: 'left' } } as const],
  ])('%s', (_, frame) => {
    const follower = new MetadataFollower()
    follower.take(batch(0, 2))
    const { image } = follower
    expect(() => follower.take(frame)).toThrow(/does not continue|as metadata/)
    expect(follower.image).toBe(image)
  })
})
