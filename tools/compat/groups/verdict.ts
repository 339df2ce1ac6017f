/** What came of it, as text: who handled how much, what was handled twice and why, what is wrong. */
import Table from 'cli-table3'
import type { Group } from './group.ts'
import type { Again, Phase, Reason } from './history.ts'

const REASONS: readonly Reason[] = ['killed', 'broker', 'client', 'failed', 'fault']
const SHOWN_MAX = 10

/** Everything that must not be; empty for a good run. */
export function faults(groups: readonly Group[], phases: readonly Phase[]): string[] {
  return groups.flatMap((group) => {
    const { history, members, plan } = group
    const failed = members.flatMap(({ name, end }) => (end?.how === 'failed' ? [`${name}: ${end.reason}`] : []))
    const twice = history.again(phases).filter(({ reason }) => reason === 'fault')
    return [...failed, ...history.contradictions, ...shortened(twice.map((again) => shown(again, phases)))].map(
      (fault) => `${plan.id}: ${fault}`,
    )
  })
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN_MAX
  return more > 0 ? [...lines.slice(0, SHOWN_MAX), `and ${more} more handled twice`] : [...lines]
}

function shown({ place, first, again }: Again, phases: readonly Phase[]): string {
  const when = (atMs: number) => {
    const phase = phases.findLast(({ fromMs }) => fromMs <= atMs)!
    return `"${phase.name}" at ${((atMs - phase.fromMs) / 1000).toFixed(1)} s`
  }
  return `${place} handled by ${first.by.name} in ${when(first.atMs)}, again by ${again.by.name} in ${when(again.atMs)}`
}

/** A row for each kind in each group: how many there were, how they ended, what they left to be handled again. */
export function table(groups: readonly Group[], phases: readonly Phase[]): string {
  const head = [
    'group',
    'kind',
    'members',
    'left',
    'killed',
    'failed',
    'made anew',
    ...REASONS.map((reason) => `again: ${reason}`),
  ]
  const output = new Table({ head, style: { head: [], border: [] } })
  for (const { plan, history, members } of groups) {
    const again = history.again(phases)
    for (const kind of new Set(members.map((member) => member.kind))) {
      const own = members.filter((member) => member.kind === kind)
      const ended = (how: string) => own.filter(({ end }) => end?.how === how).length
      const madeAnew = own.reduce((sum, member) => sum + member.madeAnew, 0)
      const byReason = REASONS.map(
        (reason) => again.filter(({ first, ...one }) => one.reason === reason && first.by.kind === kind).length,
      )
      output.push([plan.id, kind, own.length, ended('left'), ended('killed'), ended('failed'), madeAnew, ...byReason])
    }
  }
  return output.toString()
}
