/** Where each strategy of `--reset-offsets` puts a group. */
import { type Admin, type CallOptions, OFFSET_SPEC, type TopicPartition, unwrap } from '@ottla/client'
import type { Io } from '../tool/io.ts'
import { outputFormat } from '../tool/output.ts'
import { UsageError } from '../tool/usage.ts'
import type { CsvOffset } from './offset-csv.ts'
import { keyOf } from './offset-rows.ts'
import type { GroupsOptions } from './options.ts'
import { parseDatetime, parseDuration } from './reset-time.ts'

export interface NewOffset extends TopicPartition {
  readonly offset: number
}

export interface ResetWish {
  readonly partitions: readonly TopicPartition[]
  /** What the group has committed, by `keyOf`. */
  readonly committed: ReadonlyMap<string, NewOffset>
  readonly options: GroupsOptions
  /** What the file of `--from-file` says. */
  readonly inFile: readonly CsvOffset[] | undefined
}

/** The offset that each partition of the wish is to have. */
export async function newOffsets(admin: Admin, wish: ResetWish, io: Io): Promise<NewOffset[]> {
  const { partitions, options, inFile } = wish
  const logs = new Logs(admin, { timeoutMs: options.timeout })
  if (inFile !== undefined) return clamped(logs, inFile.map(offsetOnly), io)
  if (options.toOffset !== undefined) {
    const offset = options.toOffset
    return clamped(
      logs,
      partitions.map((at) => ({ ...at, offset })),
      io,
    )
  }
  if (options.shiftBy !== undefined) return clamped(logs, shifted(wish, options.shiftBy), io)
  if (options.toEarliest) return logs.at(partitions, OFFSET_SPEC.earliest)
  if (options.toLatest) return logs.at(partitions, OFFSET_SPEC.latest)
  if (options.toCurrent) return current(logs, wish)
  return atTime(logs, { partitions, options, timestamp: await timestampOf(options, io) }, io)
}

function offsetOnly({ topic, partition, offset }: CsvOffset): NewOffset {
  return { topic, partition, offset }
}

/** Milliseconds since the epoch. */
async function timestampOf({ toDatetime, byDuration }: GroupsOptions, io: Io): Promise<number> {
  if (toDatetime !== undefined) return parseDatetime(toDatetime)
  const { clock } = await io.runtime()
  return clock.now() - parseDuration(byDuration!)
}

function shifted({ partitions, committed }: ResetWish, by: number): NewOffset[] {
  return partitions.map(({ topic, partition }) => {
    const found = committed.get(keyOf({ topic, partition }))
    if (found !== undefined) return { topic, partition, offset: found.offset + by }
    throw new UsageError(
      `Cannot shift offset for partition ${topic}-${partition} since there is no current committed offset`,
    )
  })
}

/** A partition without an offset begins at its end. */
async function current(logs: Logs, { partitions, committed }: ResetWish): Promise<NewOffset[]> {
  const known = partitions.flatMap((at) => committed.get(keyOf(at)) ?? [])
  const others = partitions.filter((at) => !committed.has(keyOf(at)))
  return [...known, ...(await logs.at(others, OFFSET_SPEC.latest))]
}

async function atTime(
  logs: Logs,
  wish: { readonly partitions: readonly TopicPartition[]; readonly options: GroupsOptions; readonly timestamp: number },
  io: Io,
): Promise<NewOffset[]> {
  const { partitions, options, timestamp } = wish
  // A time before the epoch is earlier than all records; ListOffsets would take its number for something else.
  const found = await logs.at(partitions, Math.max(timestamp, 0))
  const none = found.filter(({ offset }) => offset < 0)
  const sink = outputFormat(options, io) === 'text' && !options.export ? io.out : io.err
  for (const { topic, partition } of none)
    sink.line(`\nWarn: Partition ${partition} from topic ${topic} is empty. Falling back to latest known offset.`)
  return [...found.filter(({ offset }) => offset >= 0), ...(await logs.at(none, OFFSET_SPEC.latest))]
}

/** Keeps offsets inside of the logs, and says so. */
async function clamped(logs: Logs, wanted: readonly NewOffset[], io: Io): Promise<NewOffset[]> {
  const [starts, ends] = await Promise.all([logs.at(wanted, OFFSET_SPEC.earliest), logs.at(wanted, OFFSET_SPEC.latest)])
  return wanted.map((at, index) => {
    const { topic, partition, offset } = at
    const start = starts[index]!.offset
    const end = ends[index]!.offset
    const within = Math.min(Math.max(offset, start), end)
    if (within === offset) return { topic, partition, offset }
    const where = offset > end ? 'higher than latest' : 'lower than earliest'
    io.err.line(
      `WARN: New offset (${offset}) is ${where} offset for topic partition ${topic}-${partition}. Value will be set to ${within}.`,
    )
    return { topic, partition, offset: within }
  })
}

class Logs {
  private readonly admin: Admin
  private readonly call: CallOptions

  constructor(admin: Admin, call: CallOptions) {
    this.admin = admin
    this.call = call
  }

  /** In the order of the partitions. Throws the `ClientError` of the first that cannot be asked. */
  async at(partitions: readonly TopicPartition[], timestamp: number): Promise<NewOffset[]> {
    const queries = partitions.map(({ topic, partition }) => ({ topic, partition, timestamp }))
    if (queries.length === 0) return []
    const listed = await this.admin.listOffsets(queries, this.call)
    return listed.map(({ topic, partition, outcome }) => ({ topic, partition, offset: unwrap(outcome).offset }))
  }
}
