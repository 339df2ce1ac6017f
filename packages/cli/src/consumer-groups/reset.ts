/** `--reset-offsets`: moves the offsets of groups without members, or shows what would be done. */
import { type Admin, type CallOptions, ClientError, type TopicPartition, unwrap } from '@ottla/client'
import { readTextFile } from '../names/partition-json.ts'
import { ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson, tableText } from '../tool/output.ts'
import { consumerGroups } from './list.ts'
import { type CsvOffset, csvLine, parseOffsetCsv } from './offset-csv.ts'
import { keyOf, sorted } from './offset-rows.ts'
import type { GroupsOptions } from './options.ts'
import { padded, widthOf } from './padded.ts'
import { type NewOffset, newOffsets } from './reset-strategies.ts'
import { parseTopicScope, partitionsOfTopic, type TopicScope } from './topic-scope.ts'

const NAME_MIN = 15
const PARTITION_WIDTH = 10

/** What will become of one group; none where it could not be reset. */
interface GroupPlan {
  readonly groupId: string
  readonly offsets: readonly NewOffset[]
}

/** What is asked for, as far as it can be read before anything is connected. */
interface Wish {
  readonly scope: TopicScope
  readonly file: readonly CsvOffset[] | undefined
  readonly options: GroupsOptions
  readonly call: CallOptions
}

export async function resetOffsets(admin: Admin, options: GroupsOptions, io: Io): Promise<void> {
  if (!options.dryRun && !options.execute)
    io.err.line(
      'WARN: Nothing is changed, since --execute is missing. Scripts that only want the plan had better say --dry-run.',
    )
  const wish = {
    scope: parseTopicScope(options.topic ?? []),
    file: await planOfFile(options, io),
    options,
    call: { timeoutMs: options.timeout },
  }
  const groupIds = options.allGroups
    ? (await consumerGroups(admin, options)).map(({ groupId }) => groupId)
    : [...new Set(options.group)]
  const outcomes = groupIds.length === 0 ? new Map() : await admin.describeConsumerGroups(groupIds, wish.call)
  const plans: GroupPlan[] = []
  for (const groupId of groupIds) {
    const outcome = outcomes.get(groupId)!
    const isNew = !outcome.ok && outcome.error.errorName === 'GROUP_ID_NOT_FOUND'
    const state = isNew ? 'Dead' : unwrap<{ state: string }>(outcome).state
    if (state !== 'Empty' && state !== 'Dead') printActive(groupId, state, { io, options })
    const offsets = state === 'Empty' || state === 'Dead' ? await resetGroup(admin, { groupId, wish }, io) : []
    plans.push({ groupId, offsets })
  }
  await printPlans(plans, options, io)
}

function printActive(
  groupId: string,
  state: string,
  { io, options }: { readonly io: Io; readonly options: GroupsOptions },
): void {
  const sink = outputFormat(options, io) === 'json' ? io.err : io.out
  sink.line(
    `\nError: Assignments can only be reset if the group '${groupId}' is inactive, but the current state is ${state}.`,
  )
}

async function planOfFile({ fromFile, group }: GroupsOptions, io: Io): Promise<readonly CsvOffset[] | undefined> {
  if (fromFile === undefined) return undefined
  const only = group?.length === 1 ? group[0] : undefined
  return parseOffsetCsv(readTextFile(await io.runtime(), fromFile), only)
}

/** Plans, and with `--execute` commits. */
async function resetGroup(
  admin: Admin,
  { groupId, wish }: { readonly groupId: string; readonly wish: Wish },
  io: Io,
): Promise<readonly NewOffset[]> {
  const { options, call, file } = wish
  const inFile = file?.filter((line) => line.groupId === groupId)
  if (inFile?.length === 0) {
    io.out.line(`\nError: No reset plan for group ${groupId} found`)
    return []
  }
  const committed = await committedOffsets(admin, groupId, call)
  const partitions = inFile ?? (await partitionsInScope(admin, wish, committed))
  await requirePartitions(admin, partitions, call)
  const offsets = sorted(await newOffsets(admin, { partitions, committed, options, inFile }, io))
  if (!options.execute || offsets.length === 0) return offsets
  for (const { outcome } of await admin.alterGroupOffsets(groupId, offsets, call)) unwrap(outcome)
  return offsets
}

async function committedOffsets(admin: Admin, groupId: string, call: CallOptions): Promise<Map<string, NewOffset>> {
  const outcome = (await admin.listGroupOffsets([groupId], call)).get(groupId)!
  return new Map(
    unwrap(outcome).map(({ topic, partition, outcome }) => [
      keyOf({ topic, partition }),
      { topic, partition, offset: unwrap(outcome).offset },
    ]),
  )
}

async function partitionsInScope(
  admin: Admin,
  { options, scope, call }: Wish,
  committed: ReadonlyMap<string, NewOffset>,
): Promise<readonly TopicPartition[]> {
  if (options.allTopics) return [...committed.values()]
  const partitions = [...scope.partitions]
  for (const topic of scope.topics) {
    const found = await partitionsOfTopic(admin, topic, call)
    if (found instanceof ClientError) throw withTopic(found, topic)
    partitions.push(...found)
  }
  return [...new Map(partitions.map((at) => [keyOf(at), at])).values()]
}

function withTopic(error: ClientError, topic: string): Error {
  return error.errorName === 'UNKNOWN_TOPIC_OR_PARTITION' ? new ToolError(`The topic "${topic}" does not exist`) : error
}

/** Names all partitions that are not there, or have no leader to ask, at once. */
async function requirePartitions(
  admin: Admin,
  partitions: readonly TopicPartition[],
  call: CallOptions,
): Promise<void> {
  const topics = await admin.describeTopics([...new Set(partitions.map(({ topic }) => topic))], call)
  const known = new Map(
    [...topics.values()].flatMap((topic) =>
      topic.ok
        ? topic.value.partitions.map((at) => [keyOf({ topic: topic.value.name, partition: at.partition }), at] as const)
        : [],
    ),
  )
  const named = (which: readonly TopicPartition[]) =>
    which.map(({ topic, partition }) => `${topic}-${partition}`).join(',')
  const missing = partitions.filter((at) => !known.has(keyOf(at)))
  if (missing.length > 0) throw new ToolError(`The partitions "${named(missing)}" do not exist`)
  const leaderless = partitions.filter((at) => known.get(keyOf(at))!.leader === undefined)
  if (leaderless.length > 0) throw new ToolError(`The partitions "${named(leaderless)}" have no leader`)
}

async function printPlans(plans: readonly GroupPlan[], options: GroupsOptions, io: Io): Promise<void> {
  const rows = plans.flatMap(({ groupId, offsets }) => offsets.map((offset) => ({ groupId, ...offset })))
  if (options.export) {
    const group = options.group?.length !== 1
    for (const row of rows) io.out.line(csvLine(row, { group }))
    return io.out.line('')
  }
  const format = outputFormat(options, io)
  if (format === 'json')
    return printJson(
      io,
      plans.map(({ groupId, offsets }) => ({ groupId, executed: options.execute === true, partitions: offsets })),
    )
  if (format === 'table') return io.out.line(await planTable(rows, options))
  for (const line of planLines(plans, rows)) io.out.line(line)
}

type Row = NewOffset & { readonly groupId: string }

/** Headings as soon as there is a group, even one that could not be reset. */
function planLines(plans: readonly GroupPlan[], rows: readonly Row[]): string[] {
  if (plans.length === 0) return ['']
  const groupWidth = widthOf(
    plans.map(({ groupId }) => groupId),
    NAME_MIN,
  )
  const topicWidth = widthOf(
    rows.map(({ topic }) => topic),
    NAME_MIN,
  )
  const line = (group: string, topic: string, partition: string | number, offset: string | number) =>
    [padded(group, groupWidth), padded(topic, topicWidth), padded(partition, PARTITION_WIDTH), offset].join(' ')
  return [
    '',
    line('GROUP', 'TOPIC', 'PARTITION', 'NEW-OFFSET'),
    ...rows.map(({ groupId, topic, partition, offset }) => line(groupId, topic, partition, offset)),
  ]
}

async function planTable(rows: readonly Row[], { execute }: GroupsOptions): Promise<string> {
  const cells = rows.map((row) => [row.groupId, row.topic, String(row.partition), String(row.offset)])
  const table = await tableText(['Group', 'Topic', 'Partition', 'New offset'], cells)
  return execute ? table : `${table}\nNothing has been changed: --execute does it.`
}
