import type { OffsetPosition, TimestampOffset } from '@ottla/storage'
import type { DumpContext } from './context.ts'
import { type IndexFile, openOffsetIndex, openTimeIndex } from './index-entries.ts'
import { openLogOfIndex } from './log-file.ts'
import { type LogEntry, type LogReader, lastOffsetOf, maxTimestampOf } from './log-reader.ts'
import { siblingPath } from './segment-name.ts'

/** Prints an offset index and compares each entry with the batch that it points at. */
export async function dumpOffsetIndex(path: string, context: DumpContext): Promise<void> {
  const { io, disk, options, findings } = context
  const index = openOffsetIndex(disk, path)
  if (index.bytes === 0) return io.out.line(`${path} is empty.`)
  if (options.indexSanityCheck) return sanityCheck(path, index, context)
  const absolutePath = context.absolute(path)
  await withLog(path, context, async (log) => {
    for (const { offset, position } of index.entries) {
      const logOffset = log === undefined ? offset : lastOffsetAt(log, position)
      if (logOffset !== offset) findings.indexMismatch(absolutePath, offset, logOffset)
      if (!options.verifyIndexOnly) io.out.line(`offset: ${offset} position: ${position}`)
      if (io.out.full) await io.out.drained()
    }
  })
}

/** Prints a time index and compares each entry with the batch that it names. */
export async function dumpTimeIndex(path: string, context: DumpContext): Promise<void> {
  const { io, disk, options } = context
  const index = openTimeIndex(disk, path)
  if (options.indexSanityCheck) return sanityCheck(path, index, context)
  const offsetIndexPath = siblingPath(path, '.index')
  const positions = disk.exists(offsetIndexPath) ? [...openOffsetIndex(disk, offsetIndexPath).entries] : []
  const check = { path: context.absolute(path), positions, findings: context.findings }
  await withLog(path, context, async (log) => {
    let previous = -1
    for (const entry of index.entries) {
      if (log !== undefined) checkTimeEntry(entry, previous, { ...check, log })
      if (!options.verifyIndexOnly) io.out.line(`timestamp: ${entry.timestampMs} offset: ${entry.offset}`)
      previous = entry.timestampMs
      if (io.out.full) await io.out.drained()
    }
  })
}

async function withLog(
  path: string,
  context: DumpContext,
  body: (log: LogReader | undefined) => Promise<void>,
): Promise<void> {
  const log = openLogOfIndex(path, context)
  try {
    await body(log)
  } finally {
    log?.close()
  }
}

function sanityCheck(path: string, { fault }: IndexFile<unknown>, { io, fail }: DumpContext): void {
  if (fault === undefined) io.out.line(`${path} passed sanity check.`)
  else fail(`${path} did not pass the sanity check: ${fault}`)
}

/** -1 when no batch begins there. */
function lastOffsetAt(log: LogReader, position: number): number {
  const entry = log.entryAt(position)
  return entry === undefined ? -1 : lastOffsetOf(entry)
}

interface TimeCheck {
  readonly path: string
  readonly log: LogReader
  readonly positions: readonly OffsetPosition[]
  readonly findings: DumpContext['findings']
}

function checkTimeEntry(entry: TimestampOffset, previous: number, { path, log, positions, findings }: TimeCheck): void {
  const batch = batchEndingAtOrAfter(entry.offset, log, positions)
  const foundOffset = batch === undefined ? -1 : lastOffsetOf(batch)
  if (batch === undefined || foundOffset !== entry.offset) {
    findings.offsetNotFound(path, entry.offset, foundOffset)
    return
  }
  const maxTimestamp = maxTimestampOf(batch)
  if (maxTimestamp !== entry.timestampMs) findings.timestampMismatch(path, entry.timestampMs, maxTimestamp)
  if (previous >= entry.timestampMs) findings.timestampOutOfOrder(path, entry.timestampMs, previous)
}

function batchEndingAtOrAfter(
  offset: number,
  log: LogReader,
  positions: readonly OffsetPosition[],
): LogEntry | undefined {
  for (const entry of log.entries(positionBefore(offset, positions))) if (lastOffsetOf(entry) >= offset) return entry
  return undefined
}

/** The position of the last indexed batch at or before the offset, 0 where there is none. */
function positionBefore(offset: number, positions: readonly OffsetPosition[]): number {
  let low = 0
  let high = positions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (positions[middle]!.offset <= offset) low = middle + 1
    else high = middle
  }
  return positions[low - 1]?.position ?? 0
}
