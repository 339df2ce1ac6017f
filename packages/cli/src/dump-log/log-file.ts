import { Progress } from '../tool/progress.ts'
import type { DumpContext } from './context.ts'
import { batchLine, legacyMessageLine, legacyRecordLine, type RecordView, recordLine } from './lines.ts'
import { type LogEntry, LogReader } from './log-reader.ts'
import { baseOffsetOf, siblingPath } from './segment-name.ts'

const NO_LIMIT = 2 ** 31 - 1

/** Prints the batches of a segment's log file, and their records where asked for. */
export async function dumpLogFile(path: string, context: DumpContext): Promise<void> {
  const { io, disk, options } = context
  io.out.line(heading(path))
  const file = disk.open(path, 'read')
  try {
    const maxBytes = options.maxBytes ?? NO_LIMIT
    const reader = new LogReader(file, maxBytes === NO_LIMIT ? file.size() : maxBytes)
    const validBytes = await dumpEntries(path, reader, context)
    const invalidBytes = file.size() - validBytes
    if (invalidBytes > 0 && maxBytes === NO_LIMIT) {
      io.out.line(`Found ${invalidBytes} invalid bytes at the end of ${path.slice(path.lastIndexOf('/') + 1)}`)
    }
  } finally {
    file.close()
  }
}

function heading(path: string): string {
  if (!path.endsWith('.checkpoint')) return `Log starting offset: ${baseOffsetOf(path)}`
  const snapshot = /(\d+)-(\d+)\.checkpoint$/.exec(path)
  return snapshot === null
    ? 'KRaft bootstrap snapshot'
    : `Snapshot end offset: ${Number(snapshot[1])}, epoch: ${Number(snapshot[2])}`
}

/** Returns the position behind the last complete batch. */
async function dumpEntries(path: string, reader: LogReader, context: DumpContext): Promise<number> {
  const { io, options, decoder } = context
  const view = { metadata: !options.skipRecordMetadata, decoder }
  const deep = options.deepIteration === true || decoder !== undefined
  const gaps = { path: context.absolute(path), lastOffset: -1 }
  const progress = new Progress(io, path, { total: reader.end, besideOutput: true })
  let end = 0
  for (const entry of reader.entries()) {
    io.out.line(
      entry.kind === 'batch'
        ? batchLine(entry.batch, entry.position)
        : legacyMessageLine(entry.message, entry.position),
    )
    if (deep) dumpRecords(entry, { context, view, gaps })
    end = entry.position + entry.sizeBytes
    if (io.out.full) {
      await io.out.drained()
      progress.reached(end)
    }
  }
  progress.end()
  return end
}

interface RecordDump {
  readonly context: DumpContext
  readonly view: RecordView
  /** Offsets are expected to follow one another from 0 on; compaction and a later base offset show as gaps. */
  readonly gaps: { readonly path: string; lastOffset: number }
}

function dumpRecords(entry: LogEntry, { context, view, gaps }: RecordDump): void {
  for (const { offset, line } of entry.kind === 'batch' ? batchRecords(entry, view) : legacyRecords(entry, view)) {
    if (offset !== gaps.lastOffset + 1) context.findings.gap(gaps.path, gaps.lastOffset, offset)
    gaps.lastOffset = offset
    context.io.out.line(line)
  }
}

interface RecordOutput {
  readonly offset: number
  readonly line: string
}

function* batchRecords({ batch }: LogEntry & { kind: 'batch' }, view: RecordView): Generator<RecordOutput> {
  for (const record of batch.records()) yield { offset: record.offset, line: recordLine(batch, record, view) }
}

function* legacyRecords({ message }: LogEntry & { kind: 'legacy' }, view: RecordView): Generator<RecordOutput> {
  for (const record of message.records()) yield { offset: record.offset, line: legacyRecordLine(message, record, view) }
}

/** Opens the log file that an index belongs to; undefined, with a line on stderr, when it is not there. */
export function openLogOfIndex(path: string, { disk, io }: DumpContext): LogReader | undefined {
  const logPath = siblingPath(path, '.log')
  if (disk.exists(logPath)) return new LogReader(disk.open(logPath, 'read'))
  io.err.line(`${logPath} does not exist: the entries of ${path} are printed unchecked`)
  return undefined
}
