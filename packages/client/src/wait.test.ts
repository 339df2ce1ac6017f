import { expect, jest, test } from '@jest/globals'
import { FakeClock } from '@ottla/runtime/testing'
import { waitFor } from './wait.ts'

test('who no longer waits is told so, and a promise that fails later ends nobody', async () => {
  const timers = new FakeClock()
  const failing = Promise.reject(new Error('the connection was refused'))
  const then = jest.spyOn(failing, 'then')
  const signal = AbortSignal.abort(new Error('closed'))
  const limits = { timers, timeoutMs: 10, signal, timedOut: () => new Error('too late') }
  await expect(waitFor(failing, limits)).rejects.toThrow('closed')
  expect(then).toHaveBeenCalled()
})
