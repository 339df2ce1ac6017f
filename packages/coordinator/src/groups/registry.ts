import type { ClassicGroup } from './classic/classic-group.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'

export type AnyGroup = ClassicGroup | ConsumerGroup

/** The groups of one shard. */
export class GroupRegistry {
  readonly #groups = new Map<string, AnyGroup>()
  #memberBytes = 0

  get(groupId: string): AnyGroup | undefined {
    return this.#groups.get(groupId)
  }

  set(group: AnyGroup): void {
    this.#memberBytes += bytesIn(group) - bytesIn(this.#groups.get(group.groupId))
    this.#groups.set(group.groupId, group)
  }

  delete(groupId: string): void {
    this.#memberBytes -= bytesIn(this.#groups.get(groupId))
    this.#groups.delete(groupId)
  }

  /** Whatever changes the members of a classic group that is here. */
  change(group: ClassicGroup, change: () => void): void {
    const before = group.memberBytes
    change()
    this.#memberBytes += group.memberBytes - before
  }

  /** About what the members of the classic groups take. */
  get memberBytes(): number {
    return this.#memberBytes
  }

  all(): IterableIterator<AnyGroup> {
    return this.#groups.values()
  }

  get size(): number {
    return this.#groups.size
  }
}

function bytesIn(group: AnyGroup | undefined): number {
  return group?.kind === 'classic' ? group.memberBytes : 0
}
