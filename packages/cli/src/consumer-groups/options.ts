import { type GroupState, type GroupType, groupStateOf, groupTypeOf } from '@ottla/client'
import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { addOutputOption, type OutputOptions } from '../tool/output.ts'
import { collect, refuseTogether, toolCommand, UsageError } from '../tool/usage.ts'

export const NAME = 'kafka-consumer-groups'

export interface GroupsOptions extends ConnectOptions, OutputOptions {
  readonly list?: true
  readonly describe?: true
  readonly delete?: true
  readonly resetOffsets?: true
  readonly deleteOffsets?: true
  readonly validateRegex?: string
  readonly group?: readonly string[]
  readonly allGroups?: true
  readonly topic?: readonly string[]
  readonly allTopics?: true
  readonly offsets?: true
  readonly members?: true
  /** `true`: without a value. */
  readonly state?: string | true
  readonly type?: string | true
  readonly verbose?: true
  readonly watch?: number | true
  readonly toEarliest?: true
  readonly toLatest?: true
  readonly toCurrent?: true
  readonly toOffset?: number
  readonly shiftBy?: number
  readonly toDatetime?: string
  readonly byDuration?: string
  readonly fromFile?: string
  readonly dryRun?: true
  readonly execute?: true
  readonly export?: true
  readonly timeout: number
}

const ACTIONS = ['list', 'describe', 'delete', 'reset-offsets', 'delete-offsets', 'validate-regex'] as const
export type Action = (typeof ACTIONS)[number]

/** What new offsets are taken from; exactly one of them. */
export const STRATEGIES = [
  'to-offset',
  'shift-by',
  'to-datetime',
  'by-duration',
  'to-earliest',
  'to-latest',
  'to-current',
  'from-file',
] as const

const SUBJECTS = ['members', 'offsets', 'state'] as const
const TIMEOUT_MS = 30_000

const DESCRIPTION =
  'Lists, describes and deletes consumer groups, and moves or deletes their offsets: one of --list, --describe, --delete,' +
  ' --reset-offsets, --delete-offsets and --validate-regex.'
const EXAMPLE = '--bootstrap-server localhost:9092 --describe --group readers'

export function command(): Command {
  const tool = addServerOptions(toolCommand(NAME, DESCRIPTION, EXAMPLE))
    .option('--list', 'list the consumer groups')
    .option('--describe', 'show the offsets and lags of groups, or their members or states')
    .option('--delete', 'delete groups without members, with their offsets')
    .option('--reset-offsets', 'plan or make a change of the offsets of groups without members')
    .option('--delete-offsets', 'delete offsets of a group')
    .option('--validate-regex <regex>', 'say whether a regular expression is one of RE2, as brokers take them')
  addScopeOptions(tool)
  addDescribeOptions(tool)
  addResetOptions(tool)
  tool.option(
    '--timeout <milliseconds>',
    'how long each request may take, tries included',
    wholeNumber('timeout'),
    TIMEOUT_MS,
  )
  return addOutputOption(tool)
}

function addScopeOptions(tool: Command): Command {
  return tool
    .option('--group <id>', 'describe, delete, reset-offsets, delete-offsets: the group; may be repeated', collect)
    .option('--all-groups', 'describe, delete, reset-offsets: all groups')
    .option(
      '--topic <topic>',
      'reset-offsets, delete-offsets: a topic, or partitions of it as in t:0,1,2; may be repeated',
      collect,
    )
    .option('--all-topics', 'reset-offsets: all topics of which the group has offsets')
}

function addDescribeOptions(tool: Command): Command {
  return tool
    .option('--offsets', 'describe: offsets and lags, which is the default')
    .option('--members', 'describe: members')
    .option('--state [states]', 'describe, list: states; list: only groups in these, separated by commas')
    .option('--type [types]', 'list: types; only groups of these, classic and consumer, separated by commas')
    .option('--verbose', 'describe: also leader epochs, assignments, epochs')
    .option('--watch [seconds]', 'describe: again and again, every 2 seconds by default', seconds)
}

function addResetOptions(tool: Command): Command {
  return tool
    .option('--to-earliest', 'reset-offsets: to where the log begins')
    .option('--to-latest', 'reset-offsets: to where the log ends')
    .option('--to-current', 'reset-offsets: to the offsets as they are; to the end where there is none')
    .option('--to-offset <offset>', 'reset-offsets: to this offset', wholeNumber('to-offset'))
    .option(
      '--shift-by <number>',
      'reset-offsets: by so many forward, or with a minus backward',
      wholeNumber('shift-by'),
    )
    .option(
      '--to-datetime <time>',
      'reset-offsets: to the first record from a time on: YYYY-MM-DDThh:mm:ss.sss, in UTC unless a zone follows',
    )
    .option('--by-duration <duration>', 'reset-offsets: to the first record of the last PnDTnHnMnS')
    .option('--from-file <file>', 'reset-offsets: to what a file says, as --export writes it')
    .option('--dry-run', 'reset-offsets: only show the plan, which is the default')
    .option('--execute', 'reset-offsets: change the offsets')
    .option('--export', 'reset-offsets: print the plan as CSV')
}

/** Options that only some actions take. */
const ONLY_WITH: Readonly<Record<string, readonly Action[]>> = {
  group: ['describe', 'delete', 'reset-offsets', 'delete-offsets'],
  'all-groups': ['describe', 'delete', 'reset-offsets'],
  topic: ['delete', 'reset-offsets', 'delete-offsets'],
  members: ['describe'],
  offsets: ['describe'],
  state: ['describe', 'list'],
  type: ['list'],
  verbose: ['describe'],
  watch: ['describe'],
  output: ['list', 'describe', 'reset-offsets'],
}

/** Checks what belongs together and what does not; returns the one action asked for. */
export function checkOptions(options: GroupsOptions): Action {
  const actions = ACTIONS.filter((action) => given(options, action))
  const [action] = actions
  if (action === undefined || actions.length > 1) {
    throw new UsageError(`Command must include exactly one action: ${ACTIONS.map((name) => `--${name}`).join(', ')}`)
  }
  if (action !== 'validate-regex') checkConnectOptions(options)
  for (const [name, with_] of Object.entries(ONLY_WITH)) {
    if (!with_.includes(action)) refuseTogether(options, name, [action])
  }
  CHECKS[action](options)
  refuseTogether(options, 'group', ['all-groups'])
  return action
}

const CHECKS: Readonly<Record<Action, (options: GroupsOptions) => void>> = {
  list: (options) => void listFilter(options),
  describe: checkDescribe,
  delete: checkDelete,
  'reset-offsets': checkReset,
  'delete-offsets': checkDeleteOffsets,
  'validate-regex': () => {},
}

function checkDescribe(options: GroupsOptions): void {
  requireGroups(options, 'describe')
  if (SUBJECTS.filter((name) => given(options, name)).length > 1)
    throw new UsageError(`Option [describe] takes at most one of these options: ${bracketed(SUBJECTS)}`)
  if (typeof options.state === 'string') throw new UsageError('Option [describe] does not take a value for [state]')
}

function checkDelete(options: GroupsOptions): void {
  requireGroups(options, 'delete')
  if (options.topic !== undefined)
    throw new UsageError('Groups are deleted whole: offsets of a topic are deleted with --delete-offsets.')
}

function checkDeleteOffsets({ group, topic }: GroupsOptions): void {
  if (group === undefined || topic === undefined)
    throw new UsageError('Option [delete-offsets] takes the following options: [group], [topic]')
  if (group.length > 1)
    throw new UsageError('Found multiple arguments for option group, but only one is accepted by --delete-offsets')
}

function checkReset(options: GroupsOptions): void {
  if (options.dryRun && options.execute)
    throw new UsageError('Option [reset-offsets] only accepts one of [execute] and [dry-run]')
  requireGroups(options, 'reset-offsets')
  for (const [index, name] of STRATEGIES.entries()) refuseTogether(options, name, STRATEGIES.slice(index + 1))
  if (!STRATEGIES.some((name) => given(options, name))) {
    throw new UsageError(`Option '[reset-offsets]' requires one of the following scenarios: [${bracketed(STRATEGIES)}]`)
  }
  if (!options.allTopics && options.topic === undefined && options.fromFile === undefined)
    throw new UsageError('One of the reset scopes should be defined: --all-topics, --topic.')
}

function requireGroups({ group, allGroups }: GroupsOptions, action: string): void {
  if (group === undefined && !allGroups)
    throw new UsageError(`Option [${action}] takes one of these options: [group], [all-groups]`)
}

const STATES: readonly GroupState[] = [
  'Empty',
  'CompletingRebalance',
  'PreparingRebalance',
  'Assigning',
  'Reconciling',
  'Stable',
  'Dead',
]
const TYPES: readonly GroupType[] = ['Classic', 'Consumer']

/** Which groups `--list` is to show; empty: all. */
export function listFilter({ state, type }: GroupsOptions): { states: GroupState[]; types: GroupType[] } {
  return {
    states: names(state, groupStateOf, { what: 'state', valid: STATES }),
    types: names(type, groupTypeOf, { what: 'types', valid: TYPES }),
  }
}

function names<T extends string>(
  value: string | true | undefined,
  parse: (text: string) => T,
  { what, valid }: { readonly what: string; readonly valid: readonly T[] },
): T[] {
  if (value === undefined || value === true || value === '') return []
  const parsed = value.split(',').map(parse)
  if (parsed.every((name) => valid.includes(name))) return [...new Set(parsed)]
  throw new UsageError(
    `Invalid ${what} list '${value}'. Valid ${what}${what === 'state' ? 's' : ''} are: ${valid.join(', ')}`,
  )
}

function bracketed(options: readonly string[]): string {
  return options.map((name) => `[${name}]`).join(', ')
}

function given(options: GroupsOptions, name: string): boolean {
  const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return (options as unknown as Record<string, unknown>)[key] !== undefined
}

/** For options that take an integer of 64 bits, as far as numbers are exact. */
function wholeNumber(what: string): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^[+-]?\d+$/.test(value) && Number.isSafeInteger(number)) return number
    throw new UsageError(`Cannot parse argument '${value}' of option ${what}`)
  }
}

function seconds(value: string): number {
  const number = Number(value)
  if (/^\d+(\.\d+)?$/.test(value) && number >= 0.1) return number
  throw new UsageError(
    `Cannot parse argument '${value}' of option watch: a number of seconds, at least 0.1, is expected`,
  )
}
