/** `--describe`: what groups have read, who is in them, and in which state they are. */
import {
  type Admin,
  type CallOptions,
  type CommittedPartition,
  type ConsumerGroupDescription,
  OFFSET_SPEC,
  type TopicPartition,
  unwrap,
} from '@ottla/client'
import { byName } from '../names/topic-filter.ts'
import { ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson } from '../tool/output.ts'
import { groupJson, memberJson, stateJson } from './json.ts'
import { memberLines, offsetLines, stateLines } from './lines.ts'
import { consumerGroups } from './list.ts'
import { type GroupOffsets, keyOf, type LogRange, offsetRows, partitionsOf } from './offset-rows.ts'
import type { GroupsOptions } from './options.ts'

export async function describeGroups(admin: Admin, options: GroupsOptions, io: Io): Promise<void> {
  const format = outputFormat(options, io)
  const described = await describe(admin, options, { withStarts: format !== 'text' })
  if (format === 'json')
    return printJson(
      io,
      described.map((one) => describedJson(one, options)),
    )
  if (format === 'table') {
    const { describeTable } = await import('./table.ts')
    return io.out.line(await describeTable(described, options, io.out.columns))
  }
  for (const one of described) {
    printLines(one, options, io)
    if (io.out.full) await io.out.drained()
  }
}

/** The groups that the options name, with their offsets where those are wanted; by group id. */
export async function describe(
  admin: Admin,
  options: GroupsOptions,
  /** Where logs begin matters only for what Apache's lines do not have. */
  { withStarts }: { readonly withStarts: boolean },
): Promise<GroupOffsets[]> {
  const call = { timeoutMs: options.timeout }
  const ids = options.allGroups
    ? (await consumerGroups(admin, options)).map(({ groupId }) => groupId)
    : [...new Set(options.group)]
  const outcomes = await admin.describeConsumerGroups(ids, call)
  const groups = ids.sort(byName).map((id) => unwrap(outcomes.get(id)!))
  if (options.members || options.state) return groups.map((group) => ({ group, rows: [] }))
  return withOffsets(admin, { groups, withStarts }, call)
}

interface Wish {
  readonly groups: readonly ConsumerGroupDescription[]
  readonly withStarts: boolean
}

async function withOffsets(admin: Admin, { groups, withStarts }: Wish, call: CallOptions): Promise<GroupOffsets[]> {
  const outcomes = await admin.listGroupOffsets(
    groups.map(({ groupId }) => groupId),
    call,
  )
  const committed = new Map(
    groups.map(({ groupId }): [string, readonly CommittedPartition[]] => [groupId, unwrap(outcomes.get(groupId)!)]),
  )
  const partitions = groups.flatMap((group) => partitionsOf(group, committed.get(group.groupId)!))
  const unique = [...new Map(partitions.map((at) => [keyOf(at), at])).values()]
  const ranges = await logRanges(admin, { partitions: unique, withStarts }, call)
  return groups.map((group) => ({ group, rows: offsetRows(group, committed.get(group.groupId)!, ranges) }))
}

/** A partition whose leader does not answer, or that is gone, has no range: the description stands without. */
async function logRanges(
  admin: Admin,
  { partitions, withStarts }: { readonly partitions: readonly TopicPartition[]; readonly withStarts: boolean },
  call: CallOptions,
): Promise<Map<string, LogRange>> {
  const led = await withLeaders(admin, partitions, call)
  const offsets = async (timestamp: number) => {
    const queries = led.map((at) => ({ ...at, timestamp }))
    const listed = await admin.listOffsets(queries, call)
    return new Map(listed.map((at) => [keyOf(at), at.outcome.ok ? at.outcome.value.offset : undefined]))
  }
  const [ends, starts] = await Promise.all([
    offsets(OFFSET_SPEC.latest),
    withStarts ? offsets(OFFSET_SPEC.earliest) : new Map<string, number | undefined>(),
  ])
  return new Map(led.map(keyOf).map((key) => [key, { start: starts.get(key), end: ends.get(key) }]))
}

/** Without a leader ListOffsets would try until the time is over. */
async function withLeaders(
  admin: Admin,
  partitions: readonly TopicPartition[],
  call: CallOptions,
): Promise<TopicPartition[]> {
  const topics = await admin.describeTopics([...new Set(partitions.map(({ topic }) => topic))], call)
  const led = new Set(
    [...topics.values()].flatMap((topic) =>
      topic.ok
        ? topic.value.partitions
            .filter(({ leader }) => leader !== undefined)
            .map(({ partition }) => keyOf({ topic: topic.value.name, partition }))
        : [],
    ),
  )
  return partitions.filter((at) => led.has(keyOf(at)))
}

/** One group as JSON. */
export function describedJson(one: GroupOffsets, options: GroupsOptions) {
  if (options.members) return memberJson(one.group)
  return options.state ? stateJson(one.group) : groupJson(one)
}

/** One group as Apache's tool prints it. */
export function printLines(one: GroupOffsets, options: GroupsOptions, io: Io): void {
  const { group } = one
  const verbose = options.verbose === true
  const shown = options.members ? 0 : options.state ? 1 : one.rows.length
  const hasTable = announceState(group, io) && shown > 0
  const lines = options.members
    ? memberLines(group, verbose)
    : !hasTable
      ? []
      : options.state
        ? stateLines(group, verbose)
        : offsetLines(one, verbose)
  for (const line of lines) io.out.line(line)
}

const REBALANCING: ReadonlySet<string> = new Set([
  'PreparingRebalance',
  'CompletingRebalance',
  'Assigning',
  'Reconciling',
])

/** What Kafka's tool says before a table. Returns whether there can be one. */
function announceState({ groupId, state }: ConsumerGroupDescription, io: Io): boolean {
  if (state === 'Dead') io.out.line(`\nError: Consumer group '${groupId}' does not exist.`)
  else if (state === 'Empty') io.err.line(`\nConsumer group '${groupId}' has no active members.`)
  else if (REBALANCING.has(state)) io.err.line(`\nWarning: Consumer group '${groupId}' is rebalancing.`)
  else if (state !== 'Stable') throw new ToolError(`Expected a valid consumer group state, but found '${state}'.`)
  return state !== 'Dead'
}
