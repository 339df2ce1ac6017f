/** Where to turn instead (KIP-951): the present leader of a partition and the address of its broker. */
import type { MetadataImage, TopicImage } from '@ottla/replication'

export interface LeaderHint {
  readonly leaderId: number
  readonly leaderEpoch: number
}

export interface NodeEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** Collects the leaders that the errors of one response name, each broker's address once. */
export class LeaderHints {
  readonly #image: MetadataImage
  readonly #listener: string
  readonly #endpoints = new Map<number, NodeEndpoint>()

  constructor(image: MetadataImage, listener: string) {
    this.#image = image
    this.#listener = listener
  }

  get endpoints(): NodeEndpoint[] {
    return [...this.#endpoints.values()]
  }

  hint(topic: TopicImage, partition: number): LeaderHint | undefined {
    const found = this.#image.topics.get(topic.name)?.partitions[partition]
    if (found === undefined) return undefined
    this.#note(found.leader)
    return { leaderId: found.leader, leaderEpoch: found.leaderEpoch }
  }

  #note(brokerId: number): void {
    const broker = this.#image.brokers.get(brokerId)
    const listener = broker?.listeners.find(({ name }) => name === this.#listener)
    if (broker === undefined || listener === undefined) return
    this.#endpoints.set(brokerId, { nodeId: brokerId, host: listener.host, port: listener.port, rack: broker.rack })
  }
}
