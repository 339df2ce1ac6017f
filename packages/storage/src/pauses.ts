import { delay } from '@ottla/runtime'
import type { LogWorld } from './types.ts'

/** Longest time on the event loop in one piece. */
const SLICE_MS = 2

/** For work that is long and not urgent: what is returned gives the event loop to others once a slice of time is used up. */
export function pauses({ clock, timers }: Pick<LogWorld, 'clock' | 'timers'>): () => Promise<void> {
  let sliceEndMs = clock.monotonic() + SLICE_MS
  return async () => {
    if (clock.monotonic() < sliceEndMs) return
    await delay(timers, 0)
    sliceEndMs = clock.monotonic() + SLICE_MS
  }
}
