import { Consumer } from '@ottla/client'
import type { GroupOffset } from '../history.ts'
import { CLIENT_TIMES, type LoadWorld } from './producer-load.ts'

const PAUSE_MS = 250

export interface AskedGroup {
  readonly group: string
  readonly topics: readonly string[]
}

/** Asks for the committed offsets of a group, again and again, and tells what it is told. */
export class OffsetsAsker {
  readonly #asked: AskedGroup
  readonly #world: LoadWorld
  readonly #consumer: Consumer

  constructor(asked: AskedGroup, world: LoadWorld) {
    this.#asked = asked
    this.#world = world
    const { bootstrapServers, runtime } = world
    const { group: groupId } = asked
    this.#consumer = new Consumer(runtime, { ...CLIENT_TIMES, bootstrapServers, groupId, enableAutoCommit: false })
    void this.#askOn()
  }

  async #askOn(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => this.#world.runtime.timers.after(PAUSE_MS, resolve))
      await this.#ask().catch(() => {})
    }
  }

  async #ask(): Promise<void> {
    const { group, topics } = this.#asked
    const { nowMs, tell, partitionsOf } = this.#world
    const partitions = topics.flatMap((topic) =>
      Array.from({ length: partitionsOf(topic) }, (_, partition) => ({ topic, partition })),
    )
    const askedMs = nowMs()
    const found = await this.#consumer.committed(partitions)
    const offsets = partitions.map(({ topic, partition }): GroupOffset => {
      const committed = found.find((its) => its.topic === topic && its.partition === partition)
      return { topic, partition, offset: committed?.offset ?? -1 }
    })
    tell({ kind: 'offsets told', atMs: nowMs(), group, askedMs, offsets })
  }
}
