import type { SimScheduler } from '@ottla/runtime/testing'
import { real, simulating } from './real-world.ts'

/** So many events, then the real event loop gets a turn: unhandled rejections are reported there. */
const EVENTS_PER_TURN = 512

export interface DriveOptions {
  /** Whether to go on; asked before every event. */
  readonly isWanted: () => boolean
  /** Called after every event, when all promises that it has settled have run their course. */
  readonly afterEvent: () => void
  /** What an event, or a rejection that nobody has handled, has thrown. Ends the drive. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Lets one event happen after the other, each when all promises that the last one has settled have run their course. Resolves when
 * no more is wanted, or when nothing is left to happen.
 *
 * A tick runs when the queue of microtasks is empty, and costs a third of an immediate: that is how the end of an event is
 * found. The next tick is asked for by a microtask, because Node runs all ticks before it looks at microtasks again.
 */
export function drive(scheduler: SimScheduler, { isWanted, afterEvent, onFailure }: DriveOptions): Promise<void> {
  return new Promise((resolve) => {
    let isOver = false
    let sinceTurn = 0
    let seen = scheduler.executed
    const end = () => {
      isOver = true
      simulating(false)
      // What was rejected last is reported before this.
      real.setImmediate(() => {
        process.removeListener('unhandledRejection', fail)
        resolve()
      })
    }
    const fail = (error: unknown) => {
      onFailure(error)
      if (!isOver) end()
    }
    const next = () => {
      if (++sinceTurn < EVENTS_PER_TURN) {
        real.nextTick(step)
        return
      }
      sinceTurn = 0
      real.setImmediate(step)
    }
    const step = () => {
      if (isOver) return
      try {
        if (scheduler.executed > seen) {
          seen = scheduler.executed
          afterEvent()
        }
        if (!isWanted() || !scheduler.step()) end()
        else queueMicrotask(next)
      } catch (error) {
        fail(error)
      }
    }
    process.on('unhandledRejection', fail)
    simulating(true)
    real.setImmediate(step)
  })
}
