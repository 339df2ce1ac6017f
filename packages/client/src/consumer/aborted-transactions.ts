import type { RecordBatch } from '@ottla/protocol'

export interface AbortedTransaction {
  readonly producerId: number
  /** Of the transaction's first record; it ends with the producer's next abort marker. */
  readonly firstOffset: number
}

/** Type of a transaction marker, in its key behind two bytes of version. */
const MARKER_TYPE_AT = 2
const ABORT = 0

/**
 * Tells which batches belong to transactions that were aborted, from the list in the answer of Fetch (KIP-98) and the markers among
 * the batches. Batches are shown to it once each, in order.
 */
export class AbortedTransactions {
  /** By first offset, the next one last. */
  private readonly pending: AbortedTransaction[]
  private readonly producers = new Set<number>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.pending = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset)
  }

  /** Whether the records of this batch are to be left out. */
  hides(batch: RecordBatch): boolean {
    const { producerId, isTransactional } = batch
    if (!isTransactional) return false
    this.enter(batch.lastOffset)
    if (batch.isControl) {
      if (isAbortMarker(batch)) this.producers.delete(producerId)
      return true
    }
    return this.producers.has(producerId)
  }

  private enter(upToOffset: number): void {
    for (let next = this.pending.at(-1); next !== undefined && next.firstOffset <= upToOffset; ) {
      this.producers.add(next.producerId)
      this.pending.pop()
      next = this.pending.at(-1)
    }
  }
}

function isAbortMarker(batch: RecordBatch): boolean {
  const [marker] = batch.records()
  const key = marker?.key
  return (
    key !== null &&
    key !== undefined &&
    key.length >= 4 &&
    key[MARKER_TYPE_AT] === 0 &&
    key[MARKER_TYPE_AT + 1] === ABORT
  )
}
