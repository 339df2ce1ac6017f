import { placeOf, type ReplicaLogEvent, type SimEvent } from '../history.ts'

/** What a partition holds although a batch is damaged on its leader: what another replica has there. Not a checker. */
export class SoundCopies {
  readonly #followers = new Map<string, ReplicaLogEvent[]>()

  see(event: SimEvent): void {
    if (event.kind !== 'replica log' || event.isLeader) return
    const place = placeOf(event)
    const known = this.#followers.get(place)
    if (known === undefined) this.#followers.set(place, [event])
    else known.push(event)
  }

  /** Values by offset. The followers' logs have been seen before. */
  valuesOf(leader: ReplicaLogEvent): ReadonlyMap<number, string> {
    const values = new Map(leader.records.map(({ offset, value }) => [offset, value]))
    for (const { from, to } of leader.damaged) {
      for (const { records } of this.#followers.get(placeOf(leader)) ?? []) {
        for (const { offset, value } of records) if (offset >= from && offset <= to) values.set(offset, value)
      }
    }
    return values
  }
}
