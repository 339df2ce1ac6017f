import type { TextSink } from '../tool/io.ts'

/** Two numbers that should agree and do not. */
type Pair = readonly [number, number]

/** What does not fit together in the dumped files: collected while dumping, reported on stderr at the end. */
export class Findings {
  private readonly indexMismatches = new FindingList(
    'Mismatches in :',
    (a, b) => `  Index offset: ${a}, log offset: ${b}`,
  )
  private readonly timestampMismatches = new FindingList(
    'Found timestamp mismatch in :',
    (a, b) => `  Index timestamp: ${a}, log timestamp: ${b}`,
  )
  private readonly timestampsOutOfOrder = new FindingList(
    'Found out of order timestamp in :',
    (a, b) => `  Index timestamp: ${a}, Previously indexed timestamp: ${b}`,
  )
  private readonly offsetsNotFound = new FindingList(
    'The following indexed offsets are not found in :',
    (a, b) => `Indexed offset: ${a}, found log offset: ${b}`,
  )
  private readonly gaps = new FindingList('Non-consecutive offsets in ', (a, b) => `  ${a} is followed by ${b}`)

  indexMismatch(path: string, indexOffset: number, logOffset: number): void {
    this.indexMismatches.add(path, [indexOffset, logOffset])
  }

  timestampMismatch(path: string, indexTimestamp: number, logTimestamp: number): void {
    this.timestampMismatches.add(path, [indexTimestamp, logTimestamp])
  }

  timestampOutOfOrder(path: string, timestamp: number, previous: number): void {
    this.timestampsOutOfOrder.add(path, [timestamp, previous])
  }

  /** `foundOffset` is -1 when the log ends before the offset. */
  offsetNotFound(path: string, indexedOffset: number, foundOffset: number): void {
    this.offsetsNotFound.add(path, [indexedOffset, foundOffset])
  }

  gap(path: string, offset: number, next: number): void {
    this.gaps.add(path, [offset, next])
  }

  report(err: TextSink): void {
    const lists = [
      this.indexMismatches,
      this.timestampMismatches,
      this.timestampsOutOfOrder,
      this.offsetsNotFound,
      this.gaps,
    ]
    for (const list of lists) list.report(err)
  }
}

/** More than these per file are counted, not kept. */
const PAIRS_MAX = 100_000

class FindingList {
  private readonly heading: string
  private readonly format: (a: number, b: number) => string
  private readonly byFile = new Map<string, { pairs: Pair[]; more: number }>()

  constructor(heading: string, format: (a: number, b: number) => string) {
    this.heading = heading
    this.format = format
  }

  add(path: string, pair: Pair): void {
    const found = this.byFile.get(path) ?? { pairs: [], more: 0 }
    this.byFile.set(path, found)
    if (found.pairs.length < PAIRS_MAX) found.pairs.push(pair)
    else found.more += 1
  }

  report(err: TextSink): void {
    for (const [path, { pairs, more }] of this.byFile) {
      err.line(this.heading + path)
      for (const [a, b] of pairs) err.line(this.format(a, b))
      if (more > 0) err.line(`  and ${more} more`)
    }
  }
}
