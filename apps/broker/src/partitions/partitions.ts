/**
 * All partitions of this broker. Follows the metadata: what it assigns to this broker gets a log and a `Partition`, what it
 * takes away loses them.
 *
 * Two speeds. What a change of the metadata ends (a leadership, a topic) ends before the next request is looked at, in the
 * image listener itself. What it begins needs the disk: logs are opened, created and removed one change after the other in
 * the background, in the order of the metadata, and a partition whose log is not open yet answers NOT_LEADER_OR_FOLLOWER,
 * which clients try again. A removal waits in that line too: a topic that comes back under the same name is created
 * only when the directory of the old one is out of the way.
 */
import type { MetadataDelta, MetadataImage, TopicImage } from '@ottla/replication'
import type { Runtime } from '@ottla/runtime'
import type { TrafficLedger } from '../metrics/topic-traffic.ts'
import type { BrokerParts, ControllerSession } from '../seams.ts'
import { assignedTo, type Hosted, HostedPartitions, isAssigned } from './hosted.ts'
import { effectiveMinIsr, logConfigOf } from './log-config.ts'
import { type LogHome, LogHomes, type LogIdentity } from './log-homes.ts'
import { Partition, type PartitionView } from './partition.ts'

/** What the handlers of the data plane may use. */
export interface DataParts extends BrokerParts {
  readonly partitions: Partitions
  /** fetch.max.bytes */
  readonly fetchBytesMax: number
  /** max.incremental.fetch.session.cache.slots */
  readonly fetchSessionsMax: number
}

export interface PartitionsOptions {
  readonly runtime: Runtime
  readonly brokerId: number
  readonly session: ControllerSession
  readonly logHomes: readonly LogHome[]
  /** This broker's own values by broker key: what a topic's log takes when neither topic nor cluster say otherwise. */
  readonly brokerValues: ReadonlyMap<string, string>
  /** replica.lag.time.max.ms */
  readonly lagTimeMaxMs: number
  readonly traffic?: TrafficLedger | undefined
}

/** Names of protocol's error table, for partitions that cannot be served here. */
export type LookupError = 'UNKNOWN_TOPIC_OR_PARTITION' | 'NOT_LEADER_OR_FOLLOWER' | 'KAFKA_STORAGE_ERROR'

/** Logs that are opened at the same time. */
const OPENS_AT_ONCE = 8

/** Follows the session's image from now on; resolves when every log that it assigns to this broker is open. */
export async function startPartitions(options: PartitionsOptions): Promise<Partitions> {
  const partitions = new Partitions(options)
  partitions.begin()
  await partitions.settled()
  return partitions
}

export class Partitions {
  readonly #options: PartitionsOptions
  readonly #homes: LogHomes
  readonly #hosted = new HostedPartitions()
  /** Brokers that may be in an ISR, with their epochs: one map for all partitions until the metadata changes it. */
  #eligible: ReadonlyMap<number, number> = new Map()
  /** The end of the line of changes that need the disk. Never rejects. */
  #work: Promise<void> = Promise.resolve()
  /** What the next change of the line will open and remove. */
  #gathered: { readonly added: Hosted[]; readonly removed: Hosted[] } | undefined
  /** Leaderships that are starting. */
  readonly #starting = new Set<Promise<void>>()
  #closed = false

  constructor(options: PartitionsOptions) {
    this.#options = options
    this.#homes = new LogHomes(options.logHomes)
  }

  topicByName(name: string): TopicImage | undefined {
    return this.#image.topics.get(name)
  }

  topicById(topicId: string): TopicImage | undefined {
    const name = this.#image.topicNamesById.get(topicId)
    return name === undefined ? undefined : this.#image.topics.get(name)
  }

  /** The partition, if this broker has it open; it may lead it or not. */
  find(topic: TopicImage, index: number): Partition | LookupError {
    const hosted = this.#hosted.get(topic.id, index)
    switch (hosted?.state.kind) {
      case 'open':
        return hosted.state.partition
      case 'failed':
        return 'KAFKA_STORAGE_ERROR'
      default:
        return topic.partitions[index] === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'NOT_LEADER_OR_FOLLOWER'
    }
  }

  /** All partitions whose logs are open, led or not. */
  *open(): Generator<Partition> {
    for (const { partition } of this.#hosted.all()) if (partition !== undefined) yield partition
  }

  /** Takes the image as it is now and follows it. Called once. */
  begin(): void {
    const image = this.#image
    this.#options.session.onImage((next, delta) => this.#apply(next, delta))
    this.#eligible = eligibleBrokers(image)
    const added = [...image.topics.values()].flatMap((topic) => this.#adopt(topic))
    const strays = this.#homes.strays((identity) => isAssigned(image, this.#options.brokerId, identity))
    this.#enqueue(async () => {
      for (const stray of strays) await this.#setAside(stray)
      await this.#openAll(added)
    })
  }

  /** Resolves when all that the image has said so far is done: logs opened and removed, leaderships begun. */
  async settled(): Promise<void> {
    let work: Promise<void> | undefined
    while (work !== this.#work || this.#starting.size > 0) {
      work = this.#work
      await work
      await Promise.all(this.#starting)
    }
  }

  /** Ends every leadership and wakes every waiter. The logs are closed with their log directories. */
  async close(): Promise<void> {
    this.#closed = true
    for (const hosted of this.#hosted.all()) hosted.partition?.close()
    await this.settled()
  }

  get #image(): MetadataImage {
    return this.#options.session.image
  }

  get #logger() {
    return this.#options.runtime.logger
  }

  #apply(image: MetadataImage, delta: MetadataDelta): void {
    if (this.#closed) return
    const brokersMoved = delta.brokersChanged.size > 0
    if (brokersMoved) this.#eligible = eligibleBrokers(image)
    const removed = [...delta.topicsRemoved.values()].flatMap((topic) => this.#abandon(topic.id, () => false))
    const added: Hosted[] = []
    for (const name of delta.topicsChanged) {
      const topic = image.topics.get(name)
      if (topic === undefined) continue
      removed.push(
        ...this.#abandon(topic.id, (index) => topic.partitions[index]?.replicas.includes(this.#options.brokerId)),
      )
      added.push(...this.#adopt(topic))
    }
    if (delta.configsChanged.size > 0) this.#reconfigure(image, delta.configsChanged)
    if (brokersMoved) this.#followReplicated(image)
    if (added.length > 0 || removed.length > 0) this.#gather(added, removed)
  }

  /** Changes that come while others are being carried out share what they cost: a burst of creations a few syncs of the disk. */
  #gather(added: readonly Hosted[], removed: readonly Hosted[]): void {
    if (this.#gathered !== undefined) {
      this.#gathered.added.push(...added)
      this.#gathered.removed.push(...removed)
      return
    }
    const gathered = { added: [...added], removed: [...removed] }
    this.#gathered = gathered
    this.#enqueue(async () => {
      // What came and went in the meantime never had a log.
      const opened = new Set(gathered.added)
      for (const hosted of gathered.removed) if (!opened.has(hosted)) await this.#remove(hosted)
      await this.#openAll(gathered.added.filter(({ state }) => state.kind === 'opening'))
    })
  }

  /** Ends the topic's partitions that are not to be kept; returns them for removal. */
  #abandon(topicId: string, keep: (index: number) => boolean | undefined): Hosted[] {
    const gone = [...this.#hosted.ofTopic(topicId)].filter(({ identity }) => keep(identity.partition) !== true)
    for (const hosted of gone) {
      const { partition } = hosted
      hosted.state = { kind: 'leaving', partition }
      this.#hosted.remove(hosted.identity)
      partition?.close()
    }
    return gone
  }

  /** Tells the topic's open partitions what changed; returns the new ones, to be opened. */
  #adopt(topic: TopicImage): Hosted[] {
    const added: Hosted[] = []
    for (const identity of assignedTo(this.#options.brokerId, topic)) {
      const hosted = this.#hosted.get(topic.id, identity.partition)
      if (hosted === undefined) added.push(this.#hosted.add(identity))
      else this.#follow(hosted, topic)
    }
    return added
  }

  #follow(hosted: Hosted, topic: TopicImage): void {
    const { partition } = hosted
    const view = partition === undefined ? undefined : this.#viewOf(topic, hosted.identity.partition)
    if (partition === undefined || view === undefined) return
    const starting = partition.follow(view)
    if (starting === undefined) return
    this.#starting.add(starting)
    void starting.then(() => this.#starting.delete(starting))
  }

  #viewOf(topic: TopicImage, index: number): PartitionView | undefined {
    const image = topic.partitions[index]
    if (image === undefined) return undefined
    const minIsr = effectiveMinIsr(this.#image, topic.name, image.replicas.length)
    return { image, effectiveMinIsr: minIsr, eligible: this.#eligible }
  }

  /** Who may join an ISR concerns only partitions that others replicate too. */
  #followReplicated(image: MetadataImage): void {
    for (const hosted of this.#hosted.all()) {
      const topic = image.topics.get(hosted.identity.topic)
      if (topic?.id !== hosted.identity.topicId) continue
      if ((topic.partitions[hosted.identity.partition]?.replicas.length ?? 0) > 1) this.#follow(hosted, topic)
    }
  }

  #reconfigure(image: MetadataImage, changed: ReadonlySet<string>): void {
    const brokersChanged = [...changed].some((resource) => resource.startsWith('broker:'))
    const names = brokersChanged ? image.topics.keys() : [...changed].map((resource) => resource.replace(/^topic:/, ''))
    for (const name of names) {
      const topic = image.topics.get(name)
      if (topic === undefined) continue
      const config = logConfigOf(image, name, this.#options)
      for (const hosted of this.#hosted.ofTopic(topic.id)) {
        hosted.partition?.log.updateConfig(config)
        this.#follow(hosted, topic)
      }
    }
  }

  #enqueue(change: () => Promise<void>): void {
    this.#work = this.#work
      .then(async () => {
        // As it is when the turn comes. What the image takes in from now on is recorded, and carried out, the next time.
        this.#gathered = undefined
        const { offset, controllerEpoch } = this.#image
        for (const { path, error } of await this.#homes.recordMetadataOffset({ offset, controllerEpoch })) {
          this.#logger.error('a log directory does not follow the metadata', { path, metadataOffset: offset, error })
        }
        await change()
      })
      .catch((error: unknown) => {
        this.#logger.error('the partitions do not follow the metadata', { error })
      })
  }

  async #openAll(added: readonly Hosted[]): Promise<void> {
    const line = added.values()
    const worker = async () => {
      for (const hosted of line) await this.#open(hosted)
    }
    await Promise.all(Array.from({ length: Math.min(OPENS_AT_ONCE, added.length) }, worker))
  }

  async #open(hosted: Hosted): Promise<void> {
    const { identity } = hosted
    try {
      const config = logConfigOf(this.#image, identity.topic, this.#options)
      const log = await this.#homes.open({ ...identity, config })
      this.#opened(hosted, this.#newPartition(log))
    } catch (error) {
      this.#logger.error('cannot open the log of a partition', { ...identity, error })
      if (hosted.state.kind === 'opening') hosted.state = { kind: 'failed' }
    }
  }

  #newPartition(log: Partition['log']): Partition {
    const { brokerId, lagTimeMaxMs, runtime } = this.#options
    const logger = runtime.logger.child({ topic: log.topic, partition: log.partition })
    const traffic = this.#options.traffic?.of(log.topic)
    return new Partition({ brokerId, log, clock: runtime.clock, timers: runtime.timers, logger, lagTimeMaxMs, traffic })
  }

  #opened(hosted: Hosted, partition: Partition): void {
    // Taken away while it was being opened: the removal stands behind in the line and needs the log.
    if (hosted.state.kind === 'leaving' || this.#closed) {
      partition.close()
      hosted.state = { kind: 'leaving', partition }
      return
    }
    hosted.state = { kind: 'open', partition }
    const topic = this.topicById(hosted.identity.topicId)
    if (topic === undefined) return
    partition.log.updateConfig(logConfigOf(this.#image, topic.name, this.#options))
    this.#follow(hosted, topic)
  }

  async #remove({ identity, state }: Hosted): Promise<void> {
    const log = state.kind === 'leaving' ? state.partition?.log : undefined
    if (log === undefined) {
      this.#logger.error('a partition is gone but its log could not be opened: its directory stays', { ...identity })
      return
    }
    try {
      await this.#homes.remove(log)
      this.#logger.info('removed a partition', { ...identity })
    } catch (error) {
      this.#logger.error('cannot remove a partition that is gone: the next start tries again', { ...identity, error })
    }
  }

  async #setAside(stray: LogIdentity): Promise<void> {
    try {
      await this.#homes.setAside(stray)
      this.#logger.warn('set a partition directory aside: the metadata does not assign it to this broker', { ...stray })
    } catch (error) {
      this.#logger.error('cannot set a stray partition directory aside', { ...stray, error })
    }
  }
}

/** Brokers that may be members of an ISR: registered, not fenced, not shutting down. */
function eligibleBrokers(image: MetadataImage): ReadonlyMap<number, number> {
  const alive = [...image.brokers.values()].filter(({ fenced, shuttingDown }) => !fenced && !shuttingDown)
  return new Map(alive.map(({ id, epoch }) => [id, epoch]))
}
