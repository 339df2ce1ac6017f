/** What the writer programs share: NAME BOOTSTRAP TOPIC,TOPIC PARTITIONS RECORDS-PER-SECOND patient|default. */
import { type Lane, lanesOf } from '../lanes.ts'

/** Records without an answer at which a writer waits. */
export const UNANSWERED_MAX = 5000
export const TURN_MS = 10

export interface Writing {
  readonly name: string
  readonly bootstrap: string
  readonly lanes: readonly Lane[]
  /** Records that are due in a turn of `TURN_MS`. */
  readonly perTurn: number
  /** Client settings that outlast any outage, instead of the client's own. */
  readonly patient: boolean
}

export function readArguments(): Writing {
  const [name, bootstrap, topics, partitions, rate, patience] = process.argv.slice(2)
  if (patience === undefined) throw new Error('want NAME BOOTSTRAP TOPICS PARTITIONS RATE patient|default')
  return {
    name: name!,
    bootstrap: bootstrap!,
    lanes: lanesOf(topics!.split(','), Number(partitions)),
    perTurn: Math.max(1, Math.round((Number(rate) * TURN_MS) / 1000)),
    patient: patience === 'patient',
  }
}

export const turn = () => new Promise((resolve) => setTimeout(resolve, TURN_MS))

/** Aborted when stdin ends: send no more, wait for what is under way, exit. */
export function untilTold(): AbortSignal {
  const controller = new AbortController()
  process.stdin.resume().once('end', () => controller.abort())
  return controller.signal
}

/** One line for the parent each. `sentAtMs`: milliseconds since the epoch. */
export const tell = {
  acknowledged(number: number, offset: number, sentAtMs: number): void {
    process.stdout.write(`a ${number} ${offset} ${sentAtMs.toFixed(1)}\n`)
  },
  failed(number: number, message: string): void {
    process.stdout.write(`f ${number} ${message.replaceAll('\n', ' ')}\n`)
  },
  /** All are answered, and no number from `end` on was sent. */
  done(end: number): void {
    process.stdout.write(`s ${end}\n`)
  },
}

export const now = () => performance.timeOrigin + performance.now()
