/** What a run of librdkafka's test program printed, read as results. */

export type State = 'PASSED' | 'FAILED' | 'SKIPPED'

export interface Outcome {
  /** Such as 0012_produce_consume. */
  readonly name: string
  readonly state: State
  readonly seconds: number
  /** Why it did not pass; empty when it did. */
  readonly reason: string
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the program colours its output
const COLOUR = /\x1b\[[0-9;]*m/g
/** A line of the table at the end: `| NAME | STATE | SECONDS | reason`. */
const TABLE_LINE = /^\|\s+(\d{4}_\w+)\s+\|\s+([A-Z]+)\s+\|\s+([0-9.]+)s\s*\|\s*(.*?)\s*\|?$/

/** How the process of one test number ended. */
export interface Ending {
  readonly code: number | null
  readonly timedOut: boolean
  readonly seconds: number
}

/** One outcome per name, in order; a test that the table does not show, or shows as still running, has failed. */
export function outcomesOf(log: string, names: readonly string[], ending: Ending): Outcome[] {
  const plain = log.replace(COLOUR, '')
  const table = new Map<string, Outcome>()
  for (const line of plain.split('\n')) {
    const match = TABLE_LINE.exec(line)
    if (match === null) continue
    const [, name, state, seconds, reason] = match
    table.set(name!, outcome(name!, state!, Number(seconds), reason!))
  }
  return names.map((name) => {
    const found = table.get(name)
    if (found !== undefined && (found.state !== 'FAILED' || found.reason !== '')) return found
    return { name, state: 'FAILED', seconds: ending.seconds, reason: whyFailed(plain, ending) }
  })
}

function outcome(name: string, state: string, seconds: number, reason: string): Outcome {
  if (state === 'PASSED') return { name, state, seconds, reason: '' }
  if (state === 'SKIPPED' || state === 'FAILED') return { name, state, seconds, reason }
  return { name, state: 'FAILED', seconds, reason: `${state} at the end ${reason}`.trim() }
}

function whyFailed(log: string, { code, timedOut, seconds }: Ending): string {
  if (timedOut) return `ended after ${seconds} s, its limit`
  const lines = log.split('\n')
  const failure = lines.findIndex((line) => /^### Test .* failed at/.test(line))
  if (failure >= 0) return (lines[failure + 1] ?? '').trim().slice(0, 300)
  return code === 0 ? 'the program printed no result' : `the program ended with status ${code}`
}
