/** What a group has committed for one partition. */
export interface CommittedOffset {
  readonly offset: number
  /** -1: not known. */
  readonly leaderEpoch: number
  /** The committer's own words; mostly empty. */
  readonly metadata: string
  readonly commitTimestampMs: number
  /** -1: `offsets.retention.minutes` decides. Else the client has said so (OffsetCommit 2-4). */
  readonly expireTimestampMs: number
  /** All zeros: not known. */
  readonly topicId: string
}

const COLUMNS = 6
const PARTITION = 0
const OFFSET = 1
const LEADER_EPOCH = 2
const COMMIT_TIMESTAMP = 3
/** Index in `topicIds`. */
const TOPIC_ID = 4
const RECORD_OFFSET = 5

interface Extras {
  readonly metadata: string
  readonly expireTimestampMs: number
}

/** Up to so many rows are looked through rather than indexed: most topics have fewer partitions, and an index takes as much as they do. */
const SCANNED_ROWS_MAX = 64

/**
 * The offsets of one group for one topic, by partition. A coordinator holds millions of offsets, so they are rows of one array of numbers, which
 * V8 keeps as plain doubles (48 bytes an offset, a third of an object in a map), in the order in which they came; the few that say more than
 * numbers say it in `extras`.
 */
export class TopicOffsets {
  #rows: number[] = []
  /** Where the row of a partition begins; there when the rows are many. */
  #index: Map<number, number> | undefined
  /** Mostly one; a topic that was created again while its old offsets stood has two. */
  #topicIds: string[] = []
  #extras: Map<number, Extras> | undefined

  get size(): number {
    return this.#rows.length / COLUMNS
  }

  get(partition: number): CommittedOffset | undefined {
    const at = this.#find(partition)
    return at === undefined ? undefined : this.#committedAt(at)
  }

  /**
   * `recordOffset` is where its record stands in the log: what stands behind it there was committed later, though it may have been replayed
   * earlier (a transaction is replayed when it ends). Returns whether there was none before.
   */
  set(partition: number, committed: CommittedOffset, recordOffset: number): boolean {
    const found = this.#find(partition)
    if (found !== undefined && (this.#rows[found + RECORD_OFFSET] as number) > recordOffset) return false
    const at = found ?? this.#add(partition)
    this.#rows[at + OFFSET] = committed.offset
    this.#rows[at + LEADER_EPOCH] = committed.leaderEpoch
    this.#rows[at + COMMIT_TIMESTAMP] = committed.commitTimestampMs
    this.#rows[at + TOPIC_ID] = this.#topicIdIndex(committed.topicId)
    this.#rows[at + RECORD_OFFSET] = recordOffset
    this.#setExtras(partition, committed)
    return found === undefined
  }

  /** Returns whether there was one. */
  delete(partition: number): boolean {
    const at = this.#find(partition)
    if (at === undefined) return false
    const last = this.#rows.length - COLUMNS
    // The last row takes its place.
    this.#rows.copyWithin(at, last)
    this.#index?.set(this.#rows[at] as number, at)
    this.#index?.delete(partition)
    this.#rows.length = last
    this.#extras?.delete(partition)
    return true
  }

  /** In no particular order. Must not be changed meanwhile. */
  *entries(): Generator<readonly [partition: number, committed: CommittedOffset]> {
    for (let at = 0; at < this.#rows.length; at += COLUMNS) yield [this.#partitionAt(at), this.#committedAt(at)]
  }

  #partitionAt(at: number): number {
    return this.#rows[at + PARTITION] as number
  }

  /** Where the row of `partition` begins. */
  #find(partition: number): number | undefined {
    const rows = this.#rows
    // Where they came in order, and all of them, the row has the partition's number.
    if (rows[partition * COLUMNS] === partition) return partition * COLUMNS
    if (this.#index !== undefined) return this.#index.get(partition)
    for (let at = 0; at < rows.length; at += COLUMNS) if (rows[at] === partition) return at
    return undefined
  }

  #add(partition: number): number {
    const at = this.#rows.length
    // A literal has room for itself alone, which is all that most groups need.
    if (at === 0) this.#rows = [partition, 0, 0, 0, 0, 0]
    else this.#rows.push(partition, 0, 0, 0, 0, 0)
    if (this.#index !== undefined) this.#index.set(partition, at)
    else if (this.size > SCANNED_ROWS_MAX) this.#index = this.#indexed()
    return at
  }

  #indexed(): Map<number, number> {
    return new Map(Array.from({ length: this.size }, (_, row) => [this.#partitionAt(row * COLUMNS), row * COLUMNS]))
  }

  #committedAt(at: number): CommittedOffset {
    const rows = this.#rows
    const extras = this.#extras?.get(rows[at + PARTITION] as number)
    return {
      offset: rows[at + OFFSET] as number,
      leaderEpoch: rows[at + LEADER_EPOCH] as number,
      metadata: extras?.metadata ?? '',
      commitTimestampMs: rows[at + COMMIT_TIMESTAMP] as number,
      expireTimestampMs: extras?.expireTimestampMs ?? -1,
      topicId: this.#topicIds[rows[at + TOPIC_ID] as number] as string,
    }
  }

  #topicIdIndex(topicId: string): number {
    if (this.#topicIds.length === 0) this.#topicIds = [topicId]
    const known = this.#topicIds.lastIndexOf(topicId)
    return known >= 0 ? known : this.#topicIds.push(topicId) - 1
  }

  #setExtras(partition: number, { metadata, expireTimestampMs }: CommittedOffset): void {
    if (metadata === '' && expireTimestampMs === -1) {
      this.#extras?.delete(partition)
      return
    }
    this.#extras ??= new Map()
    this.#extras.set(partition, { metadata, expireTimestampMs })
  }
}
