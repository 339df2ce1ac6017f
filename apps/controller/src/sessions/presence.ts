/**
 * When each broker was last heard, and since when its connection is broken. Pure: time comes in as an argument, milliseconds of a
 * monotonic clock.
 */
export interface PresenceLimits {
  /** A connected broker that is silent for longer is gone. */
  readonly sessionTimeoutMs: number
  /** A broker whose connection broke is gone after this. */
  readonly disconnectGraceMs: number
}

interface Contact {
  heardMs: number
  /** undefined while it is connected, or before it was ever seen. */
  lostMs: number | undefined
}

export class Presence {
  readonly #limits: PresenceLimits
  readonly #contacts = new Map<number, Contact>()

  constructor(limits: PresenceLimits) {
    this.#limits = limits
  }

  /** The broker has spoken, or has just been connected. */
  heard(brokerId: number, nowMs: number): void {
    this.#contacts.set(brokerId, { heardMs: nowMs, lostMs: undefined })
  }

  /** Its connection broke. */
  lost(brokerId: number, nowMs: number): void {
    const contact = this.#contacts.get(brokerId)
    if (contact !== undefined) contact.lostMs ??= nowMs
  }

  /**
   * After a start, or a pause of the controller itself, nothing is known about anybody's silence: everybody gets a whole session
   * timeout.
   */
  amnesty(brokerIds: Iterable<number>, nowMs: number): void {
    for (const brokerId of brokerIds) this.heard(brokerId, nowMs)
  }

  /** Why the broker must be fenced now; undefined when it must not. */
  overdue(brokerId: number, nowMs: number): string | undefined {
    const contact = this.#contacts.get(brokerId)
    if (contact === undefined) return 'it is not connected'
    const { sessionTimeoutMs, disconnectGraceMs } = this.#limits
    if (contact.lostMs !== undefined && nowMs - contact.lostMs >= disconnectGraceMs) {
      return `its connection broke ${disconnectGraceMs} ms ago`
    }
    if (nowMs - contact.heardMs >= sessionTimeoutMs) return `it was silent for ${sessionTimeoutMs} ms`
    return undefined
  }
}
