/**
 * When a broker that wants to stop may do so: it leads nothing any more that another one could lead, it has left every ISR that has
 * other members, and every live broker has applied the metadata that says so. A client that it turns away then finds the new
 * leaders wherever it asks, and they lead already.
 */
import type { MetadataImage } from '@ottla/replication'
import { brokerStops } from '../commands/partition-changes.ts'
import type { RegisteredBroker } from './answers.ts'

interface Point {
  readonly brokerEpoch: number
  readonly offset: number
}

export class ControlledStops {
  /** How far each broker has applied the metadata, as it has said last. */
  readonly #applied = new Map<number, Point>()
  /** The offset of the metadata in which a stopping broker had nothing left to hand over. */
  readonly #handedOver = new Map<number, Point>()

  /** A heartbeat has told how far the broker is. */
  heard({ id, epoch }: RegisteredBroker, appliedOffset: number): void {
    this.#applied.set(id, { brokerEpoch: epoch, offset: appliedOffset })
  }

  /** `durable` is the metadata that brokers can have: what is on its way to the disk does not count. */
  mayStop(durable: MetadataImage, { id, epoch }: RegisteredBroker): boolean {
    const others = [...durable.brokers.values()].filter((broker) => broker.id !== id && !broker.fenced)
    const own = durable.brokers.get(id)
    if (others.length === 0 || own === undefined || own.fenced) return true
    const holdsOn = brokerStops(durable, id).next().done !== true
    if (holdsOn) this.#handedOver.delete(id)
    if (holdsOn || !own.shuttingDown) return false
    const offset = this.#handOverOffset(durable, { id, epoch })
    return others.every((other) => {
      const applied = this.#applied.get(other.id)
      return applied?.brokerEpoch === other.epoch && applied.offset >= offset
    })
  }

  /** Later changes of the metadata concern this stop no more. */
  #handOverOffset(durable: MetadataImage, { id, epoch }: Pick<RegisteredBroker, 'id' | 'epoch'>): number {
    const known = this.#handedOver.get(id)
    if (known?.brokerEpoch === epoch) return known.offset
    this.#handedOver.set(id, { brokerEpoch: epoch, offset: durable.offset })
    return durable.offset
  }
}
