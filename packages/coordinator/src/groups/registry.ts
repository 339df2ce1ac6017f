import type { ClassicGroup } from './classic/classic-group.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'

export type AnyGroup = ClassicGroup | ConsumerGroup

/** The groups of one shard. */
export class GroupRegistry {
  readonly #groups = new Map<string, AnyGroup>()

  get(groupId: string): AnyGroup | undefined {
    return this.#groups.get(groupId)
  }

  set(group: AnyGroup): void {
    this.#groups.set(group.groupId, group)
  }

  delete(groupId: string): void {
    this.#groups.delete(groupId)
  }

  all(): IterableIterator<AnyGroup> {
    return this.#groups.values()
  }

  get size(): number {
    return this.#groups.size
  }
}
