import { type Admin, ClientError, type ListedPartition, type OffsetQuery } from '@ottla/client'
import type { Command } from 'commander'
import {
  addConnectOptions,
  ConnectError,
  type ConnectOptions,
  checkConnectOptions,
  withAdmin,
} from '../connect/connect-options.ts'
import { byName } from '../names/topic-filter.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments, refuseTogether, toolCommand } from '../tool/usage.ts'
import { type FilterOptions, type PartitionFilter, partitionFilter } from './filter.ts'
import { parseTime } from './time.ts'

const NAME = 'kafka-get-offsets'

class NothingMatched extends Error {
  override readonly name = 'NothingMatched'
  override readonly message = 'Could not match any topic-partitions with the specified filters'
}

interface Options extends ConnectOptions, FilterOptions {
  readonly time?: string
}

function command(): Command {
  return addConnectOptions(
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
}

/** kafka-get-offsets, get-offset-shell, GetOffsetShell. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<Options>(command(), args, io)
    checkConnectOptions(options)
    refuseTogether(options, 'topic-partitions', ['topic', 'partitions'])
    const timestamp = parseTime(options.time ?? 'latest')
    const filter = partitionFilter(options)
    try {
      await withAdmin(options, io, (admin) => printOffsets(admin, { filter, timestamp }, io))
      return 0
    } catch (error) {
      if (!(error instanceof ClientError || error instanceof ConnectError || error instanceof NothingMatched))
        throw error
      io.err.line(`Error occurred: ${error.message}`)
      return 1
    }
  })
}

async function printOffsets(admin: Admin, wish: { filter: PartitionFilter; timestamp: number }, io: Io): Promise<void> {
  const queries = await matchingPartitions(admin, wish)
  if (queries.length === 0) throw new NothingMatched()
  const listed = await admin.listOffsets(queries)
  for (const partition of inKafkasOrder(listed)) printPartition(partition, io)
}

async function matchingPartitions(
  admin: Admin,
  { filter, timestamp }: { filter: PartitionFilter; timestamp: number },
): Promise<OffsetQuery[]> {
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

/** A partition without such an offset (nothing at or after the time) is left out. */
function printPartition({ topic, partition, outcome }: ListedPartition, io: Io): void {
  if (!outcome.ok) {
    io.err.line(`Skip getting offsets for topic-partition ${topic}-${partition} due to error: ${outcome.error.message}`)
  } else if (outcome.value.offset !== -1) {
    io.out.line(`${topic}:${partition}:${outcome.value.offset}`)
  }
}
