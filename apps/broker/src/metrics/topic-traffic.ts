/** What goes in and out of topics, counted where it happens and read when somebody asks. */
import type { AppendResult } from '@ottla/storage'

/** One topic's traffic through this broker since it started. */
export class TopicTraffic {
  /** Appends and reads of partitions, as Kafka counts "requests" of a topic. */
  produceRequests = 0
  fetchRequests = 0
  failedProduceRequests = 0
  failedFetchRequests = 0
  messagesIn = 0
  bytesIn = 0
  bytesRejected = 0
  bytesOut = 0

  /** An append of a client has ended. A batch that was there already is no new message. */
  appended(result: AppendResult, bytes: number): void {
    this.produceRequests += 1
    if (!result.ok) {
      this.failedProduceRequests += 1
      this.bytesRejected += bytes
    } else if (!result.duplicate) {
      this.messagesIn += result.lastOffset - result.firstOffset + 1
      this.bytesIn += bytes
    }
  }

  /** A partition was read for a client. */
  fetched(errorCode: number, bytes: number): void {
    this.fetchRequests += 1
    if (errorCode === 0) this.bytesOut += bytes
    else this.failedFetchRequests += 1
  }

  add(other: TopicTraffic): void {
    for (const name of Object.keys(other) as (keyof TrafficCounts)[]) this[name] += other[name]
  }
}

export type TrafficCounts = Omit<TopicTraffic, 'appended' | 'fetched' | 'add'>

export class TrafficLedger {
  readonly #topics = new Map<string, TopicTraffic>()
  /** Of topics that are gone: totals never fall. */
  readonly #gone = new TopicTraffic()

  /** Only for topics that exist: one is kept for each. */
  of(topic: string): TopicTraffic {
    let traffic = this.#topics.get(topic)
    if (traffic === undefined) {
      traffic = new TopicTraffic()
      this.#topics.set(topic, traffic)
    }
    return traffic
  }

  get topics(): Iterable<readonly [string, TopicTraffic]> {
    return this.#topics
  }

  get total(): TopicTraffic {
    const total = new TopicTraffic()
    total.add(this.#gone)
    for (const traffic of this.#topics.values()) total.add(traffic)
    return total
  }

  /** Forgets the topics that are gone. */
  retain(exists: (topic: string) => boolean): void {
    for (const [topic, traffic] of this.#topics) {
      if (exists(topic)) continue
      this.#gone.add(traffic)
      this.#topics.delete(topic)
    }
  }
}
