import {
  ControlRecordType,
  CorruptRecordError,
  decodeControlType,
  ProtocolError,
  type RecordBatch,
} from '@ottla/protocol'

interface Marker {
  readonly offset: number
  readonly isAbort: boolean
}

/**
 * How the transactions in a log ended, from their markers. A transaction ends with the first marker of its producer behind it, and a
 * marker stays in the log for as long as there are records before it, so the markers alone tell.
 */
export class TransactionOutcomes {
  readonly #markers = new Map<number, Marker[]>()

  /** Batches come in the order of their offsets. */
  note(batch: RecordBatch): void {
    const type = markerIn(batch)
    if (type === undefined) return
    const markers = this.#markers.get(batch.producerId) ?? []
    markers.push({ offset: batch.baseOffset, isAbort: type === 'abort' })
    this.#markers.set(batch.producerId, markers)
  }

  /** Undefined: it has no end here, and nothing is known. */
  of(batch: RecordBatch): 'committed' | 'aborted' | undefined {
    const markers = this.#markers.get(batch.producerId) ?? []
    let low = 0
    let high = markers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (markers[middle]!.offset <= batch.lastOffset) low = middle + 1
      else high = middle
    }
    const marker = markers[low]
    return marker === undefined ? undefined : marker.isAbort ? 'aborted' : 'committed'
  }
}

/** What a control batch says about its producer's transaction; undefined: something else, or nothing. */
export function markerIn(batch: RecordBatch): 'commit' | 'abort' | undefined {
  if (!batch.isControl || batch.recordCount === 0) return undefined
  try {
    for (const { key } of batch.records()) {
      const type = key === null ? undefined : decodeControlType(key)
      if (type === ControlRecordType.Abort) return 'abort'
      return type === ControlRecordType.Commit ? 'commit' : undefined
    }
  } catch (error) {
    if (!(error instanceof ProtocolError || error instanceof CorruptRecordError)) throw error
  }
  return undefined
}
