/** A run as tables. */
import Table from 'cli-table3'
import type { TortureReport } from './torture.ts'
import { FINDING_KINDS } from './verdict.ts'

const STYLE = { style: { head: [], border: [] } }

export function reportText({ faults, writers, verdict, replicas, problems }: TortureReport): string {
  const done = new Table({ head: ['fault', 'times'], ...STYLE })
  for (const [kind, count] of [...faults].sort()) done.push([kind, count])
  done.push(['all', [...faults.values()].reduce((sum, count) => sum + count, 0)])
  const told = new Table({ head: ['client', 'acknowledged', 'failed', 'longest gap'], ...STYLE })
  for (const { client, history } of writers) {
    const gap = `${(history.longestGapMs / 1000).toFixed(1)} s`
    told.push([client, history.acknowledgedCount, history.failures.size, gap])
  }
  const found = new Table({ head: ['of records in the log', String(verdict.recordCount)], ...STYLE })
  for (const kind of FINDING_KINDS) found.push([kind, verdict.count(kind)])
  const { partitions, bytes, batches } = replicas
  const compared = `replicas compared: ${partitions} partitions, ${batches} batches, ${(bytes / 1e6).toFixed(1)} MB each`
  const texts = [...verdict.examples.map(({ kind, text }) => `${kind}: ${text}`), ...problems].map(
    (text) => `FOUND ${text}`,
  )
  return [done.toString(), told.toString(), found.toString(), compared, ...failuresOf(writers), ...texts].join('\n')
}

/** What clients said of records that failed; with the settings of this load none should. */
function failuresOf(writers: TortureReport['writers']): string[] {
  return writers.flatMap(({ client, history: { failures } }) => {
    const byText = Map.groupBy(failures.values(), (text) => text)
    return [...byText].slice(0, 10).map(([text, { length }]) => `${client}: ${length} records failed: ${text}`)
  })
}

export function isClean({ verdict, problems }: TortureReport): boolean {
  return verdict.isClean && problems.length === 0
}
