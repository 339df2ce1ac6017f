/** Who is in a classic group, and what each of them waits for. */
import { bytesOf, bytesOfId, type ClassicMember } from './classic-member.ts'
import { applyChanges, type Changes } from './overlay.ts'

/** A request whose reply comes later. */
export interface Parked {
  readonly ticket: number
  readonly apiVersion: number
  /** A join of a member that was never told its generation: it has no session yet and is dropped when it waits too long. */
  readonly isNew: boolean
}

/** What is to become of the tables. */
export interface TableChanges {
  readonly members: Changes<ClassicMember>
  readonly instances: Changes<string>
  readonly parkedJoins: Changes<Parked>
  readonly parkedSyncs: Changes<Parked>
  readonly pendingJoins: Changes<true>
  readonly pendingSyncs: Changes<true>
}

export class GroupTables {
  readonly #members = new Map<string, ClassicMember>()
  readonly #instances = new Map<string, string>()
  readonly #parkedJoins = new Map<string, Parked>()
  readonly #parkedSyncs = new Map<string, Parked>()
  readonly #pendingJoins = new Map<string, true>()
  readonly #pendingSyncs = new Map<string, true>()
  /** How many members speak a protocol. */
  readonly #speakers = new Map<string, number>()
  #bytes = 0

  /** About what the members take, those included that have an id and have not joined. */
  get bytes(): number {
    return this.#bytes
  }

  get members(): ReadonlyMap<string, ClassicMember> {
    return this.#members
  }

  /** The member id of each static member, by its instance id. */
  get instances(): ReadonlyMap<string, string> {
    return this.#instances
  }

  get parkedJoins(): ReadonlyMap<string, Parked> {
    return this.#parkedJoins
  }

  get parkedSyncs(): ReadonlyMap<string, Parked> {
    return this.#parkedSyncs
  }

  /** Ids that were given out and have not joined yet (KIP-394). */
  get pendingJoins(): ReadonlyMap<string, true> {
    return this.#pendingJoins
  }

  /** Members of this generation that have not sent SyncGroup. */
  get pendingSyncs(): ReadonlyMap<string, true> {
    return this.#pendingSyncs
  }

  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#pendingJoins.size === 0
  }

  isSpokenByAll(protocol: string): boolean {
    return (this.#speakers.get(protocol) ?? 0) === this.#members.size
  }

  setMembers(members: Iterable<ClassicMember>): void {
    for (const memberId of [...this.#members.keys()]) this.#setMember(memberId, undefined)
    this.#instances.clear()
    for (const member of members) {
      this.#setMember(member.memberId, member)
      if (member.groupInstanceId !== null) this.#instances.set(member.groupInstanceId, member.memberId)
    }
  }

  change(changes: TableChanges): void {
    for (const [memberId, member] of changes.members) this.#setMember(memberId, member)
    applyChanges(this.#instances, changes.instances)
    applyChanges(this.#parkedJoins, changes.parkedJoins)
    applyChanges(this.#parkedSyncs, changes.parkedSyncs)
    for (const [memberId, pending] of changes.pendingJoins) this.#setPending(memberId, pending)
    applyChanges(this.#pendingSyncs, changes.pendingSyncs)
  }

  #setMember(memberId: string, member: ClassicMember | undefined): void {
    this.#count(this.#members.get(memberId), -1)
    this.#count(member, 1)
    if (member === undefined) this.#members.delete(memberId)
    else this.#members.set(memberId, member)
  }

  #setPending(memberId: string, pending: true | undefined): void {
    if (this.#pendingJoins.delete(memberId)) this.#bytes -= bytesOfId(memberId)
    if (pending === undefined) return
    this.#pendingJoins.set(memberId, pending)
    this.#bytes += bytesOfId(memberId)
  }

  #count(member: ClassicMember | undefined, by: 1 | -1): void {
    if (member === undefined) return
    this.#bytes += by * bytesOf(member)
    for (const { name } of member.protocols) {
      const count = (this.#speakers.get(name) ?? 0) + by
      if (count === 0) this.#speakers.delete(name)
      else this.#speakers.set(name, count)
    }
  }
}
