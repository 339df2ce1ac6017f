import type { Admin, ListedOffset, ListedPartition, OffsetQuery } from '@ottla/client'
import type { Command } from 'commander'
import { addConnectOptions, type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { byName } from '../names/topic-filter.ts'
import { reporting, ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import {
  addOutputOption,
  type OutputFormat,
  type OutputOptions,
  outputFormat,
  printJson,
  tableText,
} from '../tool/output.ts'
import { guarded, parseArguments, refuseTogether, toolCommand } from '../tool/usage.ts'
import { type FilterOptions, type PartitionFilter, partitionFilter } from './filter.ts'
import { parseTime } from './time.ts'

const NAME = 'kafka-get-offsets'

interface Options extends ConnectOptions, FilterOptions, OutputOptions {
  readonly time?: string
}

function command(): Command {
  const command = addConnectOptions(
    toolCommand(
      NAME,
      'Prints the offsets of partitions: where their logs begin, end, or stood at a time.',
      '--bootstrap-server localhost:9092 --topic hello --time earliest',
    ),
  )
    .option('--topic <regex>', 'topics, as a regular expression over the whole name; all without it')
    .option('--partitions <ids>', 'partitions, separated by commas; all without it')
    .option(
      '--topic-partitions <rules>',
      'topics and partitions in one: t1:1,t2:0-3,t3,t4:5-,t5:-3,:7 (a regular expression, then a partition or a range whose end is exclusive)',
    )
    .option(
      '--time <time>',
      'latest or -1 (the default), earliest or -2, max-timestamp or -3, earliest-local or -4, latest-tiered or -5,' +
        ' earliest-pending-upload or -6, or milliseconds since the epoch: the first record at or after then',
    )
    .option('--exclude-internal-topics', "leave out Kafka's own topics")
  return addOutputOption(command)
}

/** kafka-get-offsets, get-offset-shell, GetOffsetShell. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<Options>(command(), args, io)
    checkConnectOptions(options)
    refuseTogether(options, 'topic-partitions', ['topic', 'partitions'])
    const timestamp = parseTime(options.time ?? 'latest')
    const filter = partitionFilter(options)
    const format = outputFormat(options, io)
    return reporting('Error occurred: ', io, async () => {
      await withAdmin(options, io, (admin) => printOffsets(admin, { filter, timestamp, format }, io))
      return 0
    })
  })
}

interface Wish {
  readonly filter: PartitionFilter
  readonly timestamp: number
  readonly format: OutputFormat
}

async function printOffsets(admin: Admin, wish: Wish, io: Io): Promise<void> {
  const queries = await matchingPartitions(admin, wish)
  if (queries.length === 0) throw new ToolError('Could not match any topic-partitions with the specified filters')
  const found = inKafkasOrder(await admin.listOffsets(queries)).flatMap((listed) => foundOffset(listed, io))
  if (wish.format === 'json') printJson(io, found)
  else if (wish.format === 'table') io.out.line(await offsetsTable(found))
  else for (const { topic, partition, offset } of found) io.out.line(`${topic}:${partition}:${offset}`)
}

async function matchingPartitions(admin: Admin, { filter, timestamp }: Wish): Promise<OffsetQuery[]> {
  const queries: OffsetQuery[] = []
  for (const [topic, outcome] of await admin.describeAllTopics()) {
    if (!filter.topic(topic) || !outcome.ok) continue
    for (const { partition } of outcome.value.partitions) {
      if (filter.partition(topic, partition)) queries.push({ topic, partition, timestamp })
    }
  }
  return queries
}

/** By `topic-partition` as text: partition 10 comes before 2. */
function inKafkasOrder(listed: readonly ListedPartition[]): ListedPartition[] {
  return [...listed].sort((a, b) => byName(`${a.topic}-${a.partition}`, `${b.topic}-${b.partition}`))
}

interface FoundOffset extends ListedOffset {
  readonly topic: string
  readonly partition: number
}

/** A partition without such an offset (nothing at or after the time) is left out, one that fails is named on stderr. */
function foundOffset({ topic, partition, outcome }: ListedPartition, io: Io): FoundOffset[] {
  if (outcome.ok) return outcome.value.offset === -1 ? [] : [{ topic, partition, ...outcome.value }]
  io.err.line(`Skip getting offsets for topic-partition ${topic}-${partition} due to error: ${outcome.error.message}`)
  return []
}

function offsetsTable(found: readonly FoundOffset[]): Promise<string> {
  const time = (timestamp: number) => (timestamp < 0 ? '' : new Date(timestamp).toISOString())
  return tableText(
    ['Topic', 'Partition', 'Offset', 'Timestamp'],
    found.map((row) => [row.topic, String(row.partition), String(row.offset), time(row.timestamp)]),
  )
}
