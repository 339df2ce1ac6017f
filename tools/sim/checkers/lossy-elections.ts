import type { MetadataImage } from '@ottla/broker/internal'
import { placeOf, type ReplicaEvent, type SimEvent } from '../history.ts'

const RECOVERING = 1
/** So long after the end of a stale leader its answers may still arrive. */
const LATE_ANSWER_MS = 5_000

/**
 * The elections after which committed records may be missing: those that the controller's metadata records as unclean or as that of the last
 * known leader (leader recovery state RECOVERING in a new leader epoch). Not a checker: what several of them go by.
 */
export class LossyElections {
  /** The latest one by place. */
  readonly #latest = new Map<string, { readonly atMs: number; readonly leaderEpoch: number }>()
  /** Who leads or thinks so, by place and node. */
  readonly #leaders = new Map<string, Map<string, ReplicaEvent>>()
  /** When the last leader ended, by place. */
  readonly #endedMs = new Map<string, number>()
  readonly #staleUntilMs = new Map<string, number>()
  readonly #epochs = new Map<string, number>()
  readonly #losesNothing: (topic: string) => boolean
  #image: MetadataImage | undefined

  /** `losesNothing`: topics that no election is an excuse for. */
  constructor(losesNothing: (topic: string) => boolean = () => false) {
    this.#losesNothing = losesNothing
  }

  see(event: SimEvent): void {
    if (event.kind === 'image' && event.node === 'controller') this.#seeImage(event)
    else if (event.kind === 'replica') this.#seeReplica(event)
    else if (event.kind === 'down')
      for (const place of this.#leaders.keys()) this.#leads(place, event.node, undefined, event.atMs)
  }

  #seeImage({ image, atMs }: Extract<SimEvent, { kind: 'image' }>): void {
    const before = this.#image
    this.#image = image
    for (const topic of image.topics.values()) {
      if (before?.topics.get(topic.name) === topic || this.#losesNothing(topic.name)) continue
      for (const { partition, leaderEpoch, leaderRecoveryState } of topic.partitions) {
        const place = placeOf({ topic: topic.name, partition })
        const isNew = leaderEpoch > (this.#epochs.get(place) ?? -1)
        this.#epochs.set(place, leaderEpoch)
        if (!isNew || leaderRecoveryState !== RECOVERING) continue
        this.#latest.set(place, { atMs, leaderEpoch })
        this.#answersComeUntil(place, this.#endedMs.get(place) ?? Number.NEGATIVE_INFINITY)
      }
    }
  }

  #seeReplica(event: ReplicaEvent): void {
    this.#leads(placeOf(event), event.node, event.role === 'leading' ? event : undefined, event.atMs)
  }

  #leads(place: string, node: string, event: ReplicaEvent | undefined, atMs = 0): void {
    const leaders = this.#leaders.get(place) ?? new Map<string, ReplicaEvent>()
    this.#leaders.set(place, leaders)
    const before = leaders.get(node)
    if (event !== undefined) leaders.set(node, event)
    else if (before !== undefined) {
      leaders.delete(node)
      const endedMs = Math.max(atMs, before.atMs)
      this.#endedMs.set(place, endedMs)
      if (this.#isStale(place, before)) this.#answersComeUntil(place, endedMs)
    }
  }

  #answersComeUntil(place: string, endedMs: number): void {
    this.#staleUntilMs.set(place, Math.max(endedMs + LATE_ANSWER_MS, this.#staleUntilMs.get(place) ?? 0))
  }

  #isStale(place: string, { leaderEpoch }: ReplicaEvent): boolean {
    return leaderEpoch < (this.#latest.get(place)?.leaderEpoch ?? -1)
  }

  /** Whether something that was there at `sinceMs` may have been lost. */
  excuse(place: string, sinceMs: number): boolean {
    return (this.#latest.get(place)?.atMs ?? Number.NEGATIVE_INFINITY) >= sinceMs
  }

  /** Whether what is acknowledged or read at this moment may come from a leader that such an election has left behind. */
  mayBeStale(place: string, atMs: number): boolean {
    if (atMs <= (this.#staleUntilMs.get(place) ?? -1)) return true
    for (const leader of this.#leaders.get(place)?.values() ?? []) if (this.#isStale(place, leader)) return true
    return false
  }
}
