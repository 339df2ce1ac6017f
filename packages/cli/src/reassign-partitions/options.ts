import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { addOutputOption, type OutputOptions } from '../tool/output.ts'
import { integer, requireOptions, toolCommand, UsageError } from '../tool/usage.ts'

export const NAME = 'kafka-reassign-partitions'

export interface ReassignOptions extends Omit<ConnectOptions, 'brokerList'>, OutputOptions {
  readonly generate?: true
  readonly execute?: true
  readonly verify?: true
  readonly cancel?: true
  readonly list?: true
  readonly reassignmentJsonFile?: string
  readonly topicsToMoveJsonFile?: string
  /** Ids, not addresses. */
  readonly brokerList?: string
  readonly disableRackAware?: true
  readonly additional?: true
  /** Bytes per second; below 0: none. */
  readonly throttle?: number
  readonly timeout?: number
  readonly disallowReplicationFactorChange?: true
  readonly preserveThrottles?: true
  readonly replicaAlterLogDirsThrottle?: string
  readonly bootstrapController?: string
}

const ACTIONS = ['generate', 'execute', 'verify', 'cancel', 'list'] as const
export type Action = (typeof ACTIONS)[number]

/** Options that only some actions take. */
const ONLY_WITH: Readonly<Record<string, readonly Action[]>> = {
  'reassignment-json-file': ['execute', 'verify', 'cancel'],
  'topics-to-move-json-file': ['generate'],
  'broker-list': ['generate'],
  'disable-rack-aware': ['generate'],
  additional: ['execute'],
  throttle: ['execute'],
  timeout: ['execute', 'cancel'],
  'disallow-replication-factor-change': ['execute'],
  'preserve-throttles': ['verify', 'cancel'],
  output: ['list', 'verify'],
}

const REQUIRED: Readonly<Record<Action, readonly string[]>> = {
  generate: ['broker-list', 'topics-to-move-json-file'],
  execute: ['reassignment-json-file'],
  verify: ['reassignment-json-file'],
  cancel: ['reassignment-json-file'],
  list: [],
}

/** What Apache's tool offers and this one does not, with what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  'bootstrap-controller': 'controllers are asked through the brokers: use --bootstrap-server, or --zookeeper host:port',
  'replica-alter-log-dirs-throttle': 'replicas are not moved between the log directories of a broker',
}

export function command(): Command {
  const command = toolCommand(
    NAME,
    'Moves replicas to other brokers: one of --generate, --execute, --verify, --cancel and --list.',
    '--bootstrap-server localhost:9092 --execute --reassignment-json-file moves.json',
  )
  addActions(addServerOptions(command))
    .option('--topics-to-move-json-file <file>', 'generate: {"version":1,"topics":[{"topic":"hello"}]}')
    .option('--broker-list <ids>', 'generate: ids of the brokers to spread the topics over, separated by commas')
    .option('--disable-rack-aware', 'generate: racks do not count')
    .option(
      '--reassignment-json-file <file>',
      'execute, verify, cancel: {"version":1,"partitions":[{"topic":"hello","partition":0,"replicas":[1,2,3]}]}',
    )
    .option('--additional', 'execute: beside moves that go on, or to change their throttle')
    .option(
      '--throttle <bytes>',
      'execute: bytes per second that each broker may send, and fetch, for what moves; --verify takes it back',
      integer('throttle'),
    )
    .option('--timeout <ms>', 'execute, cancel: how long to wait for the answer', integer('timeout'))
    .option('--disallow-replication-factor-change', 'execute: refuse what would change the number of replicas')
    .option('--preserve-throttles', 'verify, cancel: leave throttles as they are')
    .option('--replica-alter-log-dirs-throttle <bytes>', 'not offered')
    .option('--bootstrap-controller <servers>', 'not offered')
  return addOutputOption(command)
}

function addActions(command: Command): Command {
  return command
    .option('--generate', 'propose where the replicas of topics could be; changes nothing')
    .option('--execute', 'begin the moves of --reassignment-json-file')
    .option('--verify', 'say which of these moves are done; when none goes on, take the throttles back')
    .option('--cancel', 'stop these moves and go back to the replicas before them')
    .option('--list', 'show all moves that go on')
}

/** Checks what belongs together and what does not; returns the one action asked for. */
export function checkOptions(options: ReassignOptions): Action {
  const [action, ...more] = ACTIONS.filter((name) => options[name])
  if (action === undefined || more.length > 0) {
    throw new UsageError(`Command must include exactly one action: ${ACTIONS.map((name) => `--${name}`).join(', ')}`)
  }
  for (const [name, instead] of Object.entries(REFUSED))
    if (isGiven(options, name)) throw new UsageError(`Option "[${name}]" is not offered: ${instead}`)
  const { brokerList: _, ...connect } = options
  checkConnectOptions(connect)
  requireOptions(options, ...REQUIRED[action])
  for (const [name, actions] of Object.entries(ONLY_WITH)) {
    if (!actions.includes(action) && isGiven(options, name))
      throw new UsageError(`Option "[${name}]" can't be used with action "[${action}]"`)
  }
  if (options.timeout !== undefined && options.timeout < 1) throw new UsageError('--timeout must be at least 1 ms')
  return action
}

function isGiven(options: object, name: string): boolean {
  const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return (options as Record<string, unknown>)[key] !== undefined
}
