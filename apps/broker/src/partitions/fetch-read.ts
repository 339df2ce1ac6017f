/**
 * One pass over the partitions of a Fetch: reads each within the limits of the request and fills in its part of the
 * response. A pass owns the file regions it has read until they are handed to the response (`take`) or let go (`release`).
 */

import { KafkaError } from '@ottla/protocol'
import type { Logger } from '@ottla/runtime'
import type { FileRegion, ReadResult } from '@ottla/storage'
import { errorCodeOf } from './error-code.ts'
import type { FetchReader } from './fetch-reader.ts'
import type { LeaderThrottle } from './leader-throttle.ts'
import type { Partition } from './partition.ts'
import type { Isolation, RoleError } from './partition-types.ts'

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
  /** Of a replica's log, -1: it does not say. */
  readonly logStartOffset: number
}

/** A partition that is read. `partition` undefined: it has been refused already, its answer carries the error. */
export interface FetchEntry extends FetchPosition {
  readonly topic: FetchTopic
  readonly partition: Partition | undefined
  readonly answer: FetchAnswer
  region: FileRegion | undefined
  /** What this partition had for the reader when it was looked at last. */
  bytes: number
  /** There may be more, but the replica's rate is used up: only time helps. */
  isHeldBack: boolean
}

/** `found`: the partition, or the error that the reader is told instead. */
export function fetchEntry(
  topic: FetchTopic,
  position: FetchPosition,
  { found, isolation }: { readonly found: Partition | string; readonly isolation: Isolation },
): FetchEntry {
  const isRefused = typeof found === 'string'
  return {
    partitionIndex: position.partitionIndex,
    offset: position.offset,
    bytesMax: position.bytesMax,
    currentLeaderEpoch: position.currentLeaderEpoch,
    lastFetchedEpoch: position.lastFetchedEpoch,
    logStartOffset: position.logStartOffset,
    topic,
    partition: isRefused ? undefined : found,
    answer: {
      partitionIndex: position.partitionIndex,
      errorCode: isRefused ? errorCodeOf(found) : 0,
      highWatermark: -1,
      lastStableOffset: -1,
      logStartOffset: -1,
      abortedTransactions: isolation === 'last-stable' || isRefused ? [] : null,
      preferredReadReplica: -1,
      records: NO_RECORDS,
    },
    region: undefined,
    bytes: 0,
    isHeldBack: false,
  }
}

export interface FetchReadOptions {
  readonly bytesMax: number
  readonly reader: FetchReader
  readonly logger: Logger
  /** The replica that a consumer should read from instead. */
  readonly preferredReplica?: ((partition: Partition, offset: number) => number | undefined) | undefined
  /** Of replicas. */
  readonly throttle?: Pick<LeaderThrottle, 'holdsBack' | 'sent'> | undefined
}

export class FetchRead {
  readonly #options: FetchReadOptions
  #entries: readonly FetchEntry[] = []
  #bytesLeft = 0
  #found = false
  #failed = false
  #cut = false
  #passes = 0

  constructor(options: FetchReadOptions) {
    this.#options = options
  }

  /** Of the last pass. */
  get entries(): readonly FetchEntry[] {
    return this.#entries
  }

  /** A partition has an error, has diverged or is to be read elsewhere: the reader must hear of it at once. */
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

  /**
   * Reads the partitions in this order. The first pass over a replica's request counts as its word on what it has. Undefined when
   * that took no waiting. Never rejects.
   */
  run(entries: readonly FetchEntry[]): Promise<void> | undefined {
    this.#entries = entries
    this.#passes += 1
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
    for (const entry of answered) {
      entry.region = undefined
      if (this.#isReplica && entry.partition !== undefined) this.#options.throttle?.sent(entry.partition, entry.bytes)
    }
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
    entry.isHeldBack = false
    if (partition === undefined) {
      this.#failed = true
      return undefined
    }
    const error = partition.check(entry.currentLeaderEpoch, this.#options.reader.servedBy)
    if (error !== undefined) return this.#refuse(entry, error)
    answer.errorCode = 0
    this.#describe(entry, partition)
    if (entry.lastFetchedEpoch >= 0 && this.#diverges(entry, partition)) return undefined
    return this.#isReplica ? this.#startReplica(entry, partition) : this.#startConsumer(entry, partition)
  }

  get #isReplica(): boolean {
    return this.#options.reader.kind === 'replica'
  }

  #describe({ answer }: FetchEntry, { log }: Partition): void {
    answer.highWatermark = log.highWatermark
    answer.lastStableOffset = log.lastStableOffset
    answer.logStartOffset = log.logStartOffset
  }

  /** What it has counts before it is answered, so that it hears of the high watermark that it has moved itself. */
  #startReplica(entry: FetchEntry, partition: Partition): ReadResult | Promise<ReadResult> | undefined {
    const isOutside = outOfRange(entry.offset, partition.log)
    if (isOutside !== undefined) return isOutside
    const error = this.#passes === 1 ? this.#count(entry, partition) : undefined
    if (error !== undefined) return this.#refuse(entry, error)
    this.#describe(entry, partition)
    const { reader, throttle } = this.#options
    entry.isHeldBack = reader.kind === 'replica' && throttle?.holdsBack(partition, reader.brokerId) === true
    return entry.isHeldBack ? undefined : this.#read(entry, partition)
  }

  #count(entry: FetchEntry, partition: Partition): RoleError | undefined {
    const { reader } = this.#options
    if (reader.kind !== 'replica') return undefined
    const { brokerId: replica, brokerEpoch } = reader
    const { offset: fetchOffset, logStartOffset, currentLeaderEpoch } = entry
    return partition.fetchedByReplica({ replica, brokerEpoch, fetchOffset, logStartOffset, currentLeaderEpoch })
  }

  #startConsumer(entry: FetchEntry, partition: Partition): ReadResult | Promise<ReadResult> | undefined {
    const preferred = this.#options.preferredReplica?.(partition, entry.offset)
    entry.answer.preferredReadReplica = preferred ?? -1
    if (preferred === undefined) return this.#read(entry, partition)
    this.#failed = true
    return undefined
  }

  #read(entry: FetchEntry, partition: Partition): ReadResult | Promise<ReadResult> {
    const { log } = partition
    const bytesMax = Math.min(entry.bytesMax, Math.max(0, this.#bytesLeft))
    if (bytesMax <= 0 && this.#found) return outOfRange(entry.offset, log) ?? { kind: 'empty' }
    const { isolation } = this.#options.reader
    try {
      // Until something has been found the first batch comes whole, however large, so that a reader never gets stuck (KIP-74).
      return partition.read({ offset: entry.offset, isolation, bytesMax, atLeastOneBatch: !this.#found })
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
    if (error instanceof KafkaError && error.errorName === 'CORRUPT_MESSAGE') entry.partition!.broke('corrupt')
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
