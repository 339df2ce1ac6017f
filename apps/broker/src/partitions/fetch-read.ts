/**
 * One pass over the partitions of a Fetch: reads each within the limits of the request and fills in its part of the
 * response. A pass owns the file regions it has read until they are handed to the response (`take`) or let go (`release`).
 */

import { KafkaError } from '@ottla/protocol'
import type { Logger } from '@ottla/runtime'
import type { FileRegion, ReadResult } from '@ottla/storage'
import { errorCodeOf } from './error-code.ts'
import type { Partition, RoleError } from './partition.ts'

export const NO_RECORDS = new Uint8Array(0)

/** A partition's part of the response, in the words of the Fetch message. */
export interface FetchAnswer {
  readonly partitionIndex: number
  errorCode: number
  highWatermark: number
  lastStableOffset: number
  logStartOffset: number
  divergingEpoch?: { readonly epoch: number; readonly endOffset: number }
  currentLeader?: { readonly leaderId: number; readonly leaderEpoch: number }
  /** Null for read_uncommitted, as in Kafka. */
  abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[] | null
  preferredReadReplica: number
  records: Uint8Array | FileRegion
}

/** A topic as a Fetch names it: by name, or from version 13 by id; the other one is empty. */
export interface FetchTopic {
  readonly topic: string
  readonly topicId: string
}

/** Where a reader stands in a partition. */
export interface FetchPosition {
  readonly partitionIndex: number
  readonly offset: number
  readonly bytesMax: number
  /** The leader epoch that the reader knows, -1: none (KIP-320). */
  readonly currentLeaderEpoch: number
  /** The epoch of the reader's last record, -1: it does not say. */
  readonly lastFetchedEpoch: number
}

/** A partition that is read. `partition` undefined: it has been refused already, its answer carries the error. */
export interface FetchEntry extends FetchPosition {
  readonly topic: FetchTopic
  readonly partition: Partition | undefined
  readonly answer: FetchAnswer
  region: FileRegion | undefined
  /** What this partition had for the reader when it was looked at last. */
  bytes: number
}

/** `found`: the partition, or the error that the reader is told instead. */
export function fetchEntry(
  topic: FetchTopic,
  position: FetchPosition,
  { found, readCommitted }: { readonly found: Partition | string; readonly readCommitted: boolean },
): FetchEntry {
  const isRefused = typeof found === 'string'
  return {
    partitionIndex: position.partitionIndex,
    offset: position.offset,
    bytesMax: position.bytesMax,
    currentLeaderEpoch: position.currentLeaderEpoch,
    lastFetchedEpoch: position.lastFetchedEpoch,
    topic,
    partition: isRefused ? undefined : found,
    answer: {
      partitionIndex: position.partitionIndex,
      errorCode: isRefused ? errorCodeOf(found) : 0,
      highWatermark: -1,
      lastStableOffset: -1,
      logStartOffset: -1,
      abortedTransactions: readCommitted || isRefused ? [] : null,
      preferredReadReplica: -1,
      records: NO_RECORDS,
    },
    region: undefined,
    bytes: 0,
  }
}

export interface FetchReadOptions {
  readonly bytesMax: number
  readonly readCommitted: boolean
  readonly logger: Logger
}

export class FetchRead {
  readonly #options: FetchReadOptions
  #entries: readonly FetchEntry[] = []
  #bytesLeft = 0
  #found = false
  #failed = false
  #cut = false

  constructor(options: FetchReadOptions) {
    this.#options = options
  }

  /** Of the last pass. */
  get entries(): readonly FetchEntry[] {
    return this.#entries
  }

  /** A partition has an error or has diverged: the reader must hear of it at once. */
  get failed(): boolean {
    return this.#failed
  }

  /**
   * A partition has more than was read, in its next segment: waiting would add nothing to what this read can give, and the
   * next one finds the rest.
   */
  get isCut(): boolean {
    return this.#cut
  }

  get bytes(): number {
    let bytes = 0
    for (const entry of this.entries) bytes += entry.bytes
    return bytes
  }

  /** Reads the partitions in this order. Undefined when that took no waiting. Never rejects. */
  run(entries: readonly FetchEntry[]): Promise<void> | undefined {
    this.#entries = entries
    this.#cut = false
    this.#bytesLeft = this.#options.bytesMax
    this.#found = false
    this.#failed = false
    return this.#from(0)
  }

  /** Lets go of the regions: what has been read will not be sent. */
  release(): void {
    for (const entry of this.entries) {
      if (entry.region === undefined) continue
      entry.region.release()
      entry.region = undefined
      entry.answer.records = NO_RECORDS
    }
  }

  /** Hands the regions of `answered` to the response, and lets go of the others; whoever sends or drops it releases them. */
  take(answered: readonly FetchEntry[]): void {
    for (const entry of answered) entry.region = undefined
    if (answered.length < this.entries.length) this.release()
  }

  #from(first: number): Promise<void> | undefined {
    for (let index = first; index < this.entries.length; index++) {
      const entry = this.entries[index]!
      const result = this.#start(entry)
      if (result instanceof Promise) {
        return result
          .then(
            (settled) => this.#settle(entry, settled),
            (error: unknown) => this.#broken(entry, error),
          )
          .then(() => this.#from(index + 1))
      }
      if (result !== undefined) this.#settle(entry, result)
    }
    return undefined
  }

  #start(entry: FetchEntry): ReadResult | Promise<ReadResult> | undefined {
    const { partition, answer } = entry
    entry.bytes = 0
    if (partition === undefined) {
      this.#failed = true
      return undefined
    }
    const error = partition.check(entry.currentLeaderEpoch)
    if (error !== undefined) return this.#refuse(entry, error)
    answer.errorCode = 0
    answer.highWatermark = partition.log.highWatermark
    answer.lastStableOffset = partition.log.lastStableOffset
    answer.logStartOffset = partition.log.logStartOffset
    if (entry.lastFetchedEpoch >= 0 && this.#diverges(entry, partition)) return undefined
    return this.#read(entry, partition)
  }

  #read(entry: FetchEntry, partition: Partition): ReadResult | Promise<ReadResult> {
    const { log } = partition
    const bytesMax = Math.min(entry.bytesMax, Math.max(0, this.#bytesLeft))
    if (bytesMax <= 0 && this.#found) return outOfRange(entry.offset, log) ?? { kind: 'empty' }
    const { readCommitted } = this.#options
    try {
      // Until something has been found the first batch comes whole, however large, so that a reader never gets stuck (KIP-74).
      return partition.read({ offset: entry.offset, readCommitted, bytesMax, atLeastOneBatch: !this.#found })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #settle(entry: FetchEntry, result: ReadResult): void {
    switch (result.kind) {
      case 'empty':
        return
      case 'out-of-range':
        return void this.#refuse(entry, 'OFFSET_OUT_OF_RANGE')
      case 'region':
        entry.region = result.region
        entry.answer.records = result.region
        entry.bytes = result.region.byteLength
        this.#bytesLeft -= entry.bytes
        if (entry.bytes > 0) this.#found = true
        if (result.continuesInNextSegment === true) this.#cut = true
    }
  }

  /** As in Kafka, an answer with an error tells nothing about the partition. */
  #refuse({ answer }: FetchEntry, error: RoleError | 'OFFSET_OUT_OF_RANGE'): undefined {
    this.#failed = true
    answer.errorCode = errorCodeOf(error)
    answer.highWatermark = -1
    answer.lastStableOffset = -1
    answer.logStartOffset = -1
    answer.abortedTransactions = null
  }

  /** The reader's last record is of an epoch that ends elsewhere in this log (KIP-595's fields, for every reader). */
  #diverges(entry: FetchEntry, partition: Partition): boolean {
    const divergence = partition.divergence(entry.lastFetchedEpoch, entry.offset)
    if (divergence === 'none') return false
    this.#failed = true
    if (divergence === 'unknown') this.#refuse(entry, 'OFFSET_OUT_OF_RANGE')
    else entry.answer.divergingEpoch = { epoch: divergence.leaderEpoch, endOffset: divergence.endOffset }
    return true
  }

  #broken(entry: FetchEntry, error: unknown): void {
    reportReadFailure(this.#options.logger, entry.partition!, error)
    this.#refuse(entry, 'KAFKA_STORAGE_ERROR')
  }
}

/** One error line, unless the log is known to be offline: that has been reported once, and readers come again and again. */
export function reportReadFailure(logger: Logger, { log }: Partition, error: unknown): void {
  const fields = { topic: log.topic, partition: log.partition, error }
  if (error instanceof KafkaError) logger.debug('a log that is not available was to be read', fields)
  else logger.error('cannot read from a log', fields)
}

function outOfRange(offset: number, log: Partition['log']): ReadResult | undefined {
  const { logStartOffset, logEndOffset } = log
  if (offset >= logStartOffset && offset <= logEndOffset) return undefined
  return { kind: 'out-of-range', logStartOffset, logEndOffset }
}
