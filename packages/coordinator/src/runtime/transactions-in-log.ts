/**
 * Records of transactions in a coordinators' topic (offsets that a transactional producer commits): they count from their commit marker on,
 * and never after an abort marker. Without a marker at the log's end they are left out: this broker has no transactions that could still
 * be ended.
 */
import { ControlRecordType, decodeControlType, type RecordBatch } from '@ottla/protocol'

export interface LoggedRecord {
  readonly offset: number
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

export class TransactionsInLog {
  readonly #pending = new Map<number, LoggedRecord[]>()

  /** Producers whose transactions have no end in what was read. */
  get openCount(): number {
    return this.#pending.size
  }

  hold(producerId: number, record: LoggedRecord): void {
    const records = this.#pending.get(producerId)
    if (records === undefined) this.#pending.set(producerId, [record])
    else records.push(record)
  }

  /** The records that a control batch lets count from now on. */
  ended(batch: RecordBatch): readonly LoggedRecord[] {
    const held = this.#pending.get(batch.producerId) ?? []
    for (const { key } of batch.records()) {
      const type = key === null ? undefined : decodeControlType(key)
      if (type !== ControlRecordType.Commit && type !== ControlRecordType.Abort) continue
      this.#pending.delete(batch.producerId)
      return type === ControlRecordType.Commit ? held : []
    }
    return []
  }
}
