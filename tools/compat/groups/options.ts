/** `pnpm compat groups --minutes 5 --seed 1 --groups classic,modern --against apache --rate 50 --keep`: through the environment to jest. */
import { parseArgs } from 'node:util'
import type { Against } from './cluster.ts'
import type { GroupPlan } from './group.ts'
import { PLANS } from './plans.ts'

const VARIABLE = 'OTTLA_GROUPS'
const OPTIONS = {
  minutes: { type: 'string', default: '5' },
  seed: { type: 'string' },
  groups: { type: 'string', default: PLANS.map(({ id }) => id).join(',') },
  against: { type: 'string', default: 'ottla' },
  /** Records per second by each of the two writers. */
  rate: { type: 'string', default: '100' },
  keep: { type: 'boolean', default: false },
} as const

export interface GroupsOptions {
  readonly minutes: number
  readonly seed: number
  readonly plans: readonly GroupPlan[]
  readonly against: Against
  readonly recordsPerSecond: number
  /** Whether the consumers' lines stay there after a good run. */
  readonly keep: boolean
}

/** The environment that brings the options to the suite. Throws for options that cannot be used. */
export function groupsEnvironment(args: readonly string[]): Record<string, string> {
  parse(args)
  return { [VARIABLE]: JSON.stringify(args) }
}

export function optionsOfEnvironment(): GroupsOptions {
  return parse(JSON.parse(process.env[VARIABLE] ?? '[]'))
}

function parse(args: readonly string[]): GroupsOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const { against } = values
  if (against !== 'ottla' && against !== 'apache') throw new Error(`--against ${against}: ottla or apache`)
  return {
    minutes: number(values.minutes, '--minutes'),
    seed: number(values.seed ?? String(Date.now() % 1_000_000), '--seed'),
    plans: values.groups.split(',').map(planOf),
    against,
    recordsPerSecond: number(values.rate, '--rate'),
    keep: values.keep,
  }
}

function number(text: string, name: string): number {
  const value = Number(text)
  if (text === '' || !Number.isFinite(value) || value < 0) throw new Error(`${name} ${text}: not a number`)
  return value
}

function planOf(id: string): GroupPlan {
  const plan = PLANS.find((one) => one.id === id)
  if (plan === undefined) throw new Error(`--groups ${id}: there are ${PLANS.map((one) => one.id).join(', ')}`)
  return plan
}
