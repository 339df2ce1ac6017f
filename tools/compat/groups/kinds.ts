/** The consumers that share groups: what each is, how it is started and told to leave, what it promises, how its lines read. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../harness/process.ts'
import { confluentDirectory, confluentNode } from '../pairs/confluent.ts'

export type Protocol = 'classic' | 'consumer'

/** Where a member reads. */
export interface Seat {
  readonly bootstrap: string
  readonly group: string
  /** A topic's name, or a regular expression that begins with `^`. */
  readonly topic: string
  /** Its client id too. */
  readonly member: string
  readonly protocol: Protocol
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  /** For kinds that leave by themselves: after so many records. */
  readonly recordsMax: number
}

export interface Handled {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly value: string
}

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Kind {
  readonly name: string
  readonly protocols: readonly Protocol[]
  /**
   * Why it is not told to leave but leaves after so many records; it is told to only when no records come any more.
   */
  readonly leavesByItselfBecause?: string
  /**
   * Whether it hands out no record twice when members come and go gracefully. Where not: why, seen with Apache Kafka's brokers too;
   * what it handled first, or late of a partition that it had read, is then not held against the group.
   */
  readonly twiceBecause?: string
  /** Its last words when it ends by itself at what Kafka's brokers answer too: then it has left. */
  readonly endsAt?: RegExp
  command(seat: Seat): Command
  /** undefined: a line that is no record. */
  parse(line: string): Handled | undefined
}

const programs = join(root, 'tools/compat/groups/programs')
const workspaceNode = join(root, 'node_modules/.bin/node')
const apache = join(root, 'tools/compat/apache/kafka')
/** Debian's python3-kafka lives with Debian's interpreter, which need not be the first one on PATH. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
/** A consumer needs little; there are many. */
const JVM = { KAFKA_HEAP_OPTS: '-Xmx96M', KAFKA_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UseG1GC' }

const ownLine = /^(?<topic>\S+) (?<partition>\d+) (?<offset>\d+) (?<value>.+)$/
const apacheLine = /^Partition:(?<partition>\d+)\tOffset:(?<offset>\d+)\t(?<value>.+)$/

function handledOf(match: RegExpExecArray | null): Handled | undefined {
  const groups = match?.groups
  if (groups === undefined) return undefined
  const value = groups.value!
  return {
    topic: groups.topic ?? topicOfValue(value),
    partition: Number(groups.partition),
    offset: Number(groups.offset),
    value,
  }
}

/** Values begin with their topic: Apache's console consumer does not print it. */
function topicOfValue(value: string): string {
  return value.slice(0, value.indexOf('/'))
}

function words(seat: Seat): string[] {
  return [
    seat.bootstrap,
    seat.group,
    seat.topic,
    seat.member,
    seat.protocol,
    String(seat.sessionTimeoutMs),
    String(seat.heartbeatMs),
  ]
}

function typescript(file: string): (seat: Seat) => Command {
  const node = ['--no-warnings', join(programs, file)]
  return (seat) => ({ program: workspaceNode, args: [...node, ...words(seat)] })
}

function kcatCommand(seat: Seat): Command {
  const settings = [
    `client.id=${seat.member}`,
    `session.timeout.ms=${seat.sessionTimeoutMs}`,
    `heartbeat.interval.ms=${seat.heartbeatMs}`,
    'partition.assignment.strategy=range',
    'auto.offset.reset=earliest',
    'auto.commit.interval.ms=1000',
    'topic.metadata.refresh.interval.ms=2000',
    'reconnect.backoff.max.ms=1000',
  ].flatMap((setting) => ['-X', setting])
  const count = ['-c', String(seat.recordsMax)]
  return {
    program: 'kcat',
    args: [
      '-b',
      seat.bootstrap,
      '-G',
      seat.group,
      '-E',
      '-u',
      '-q',
      '-f',
      '%t %p %o %s\\n',
      ...count,
      ...settings,
      seat.topic,
    ],
  }
}

function apacheCommand(seat: Seat): Command {
  const session = [
    `session.timeout.ms=${seat.sessionTimeoutMs}`,
    `heartbeat.interval.ms=${seat.heartbeatMs}`,
    // So long it repeats the commit of a partition whose topic has been deleted, before it joins a rebalance.
    'max.poll.interval.ms=15000',
  ]
  const properties = [
    `client.id=${seat.member}`,
    `group.protocol=${seat.protocol}`,
    ...(seat.protocol === 'classic' ? session : []),
    'auto.offset.reset=earliest',
    'auto.commit.interval.ms=1000',
    'metadata.max.age.ms=2000',
  ]
  const printed = ['print.partition=true', 'print.offset=true']
  const topic = seat.topic.startsWith('^') ? ['--include', seat.topic] : ['--topic', seat.topic]
  return {
    program: apache,
    args: [
      ...['tool', 'kafka-console-consumer', '--bootstrap-server', seat.bootstrap, '--group', seat.group, ...topic],
      ...properties.flatMap((property) => ['--command-property', property]),
      ...printed.flatMap((property) => ['--formatter-property', property]),
    ],
    env: JVM,
  }
}

const parseOwn = (line: string) => handledOf(ownLine.exec(line))

export const KINDS = {
  ottla: {
    name: 'ottla',
    protocols: ['classic', 'consumer'],
    command: typescript('ottla-consumer.ts'),
    parse: parseOwn,
  },
  kafkajs: {
    name: 'kafkajs',
    protocols: ['classic'],
    command: typescript('kafkajs-consumer.ts'),
    parse: parseOwn,
  },
  platformatic: {
    name: 'platformatic',
    protocols: ['classic', 'consumer'],
    twiceBecause:
      'after a rebalance it fetches anew from the committed offset, and hands out what its stream has buffered all the same',
    command: typescript('platformatic-consumer.ts'),
    parse: parseOwn,
  },
  confluent: {
    name: 'confluent',
    protocols: ['classic', 'consumer'],
    command: (seat) => ({
      program: confluentNode,
      args: [join(programs, 'confluent-consumer.cjs'), confluentDirectory, ...words(seat)],
    }),
    parse: parseOwn,
  },
  python: {
    name: 'python',
    protocols: ['classic'],
    command: (seat) => ({ program: python, args: [join(programs, 'python-consumer.py'), ...words(seat)] }),
    parse: parseOwn,
  },
  kcat: {
    name: 'kcat',
    protocols: ['classic'],
    leavesByItselfBecause: 'a signal makes it drop, and commit, the record that it waits for',
    // The answer to a join that waits while the group is upgraded to the consumer protocol.
    endsAt: /JoinGroup failed: Broker: Group rebalance in progress/,
    command: kcatCommand,
    parse: parseOwn,
  },
  apache: {
    name: 'apache',
    protocols: ['classic', 'consumer'],
    command: apacheCommand,
    parse: (line) => handledOf(apacheLine.exec(line)),
  },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof KINDS
