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
import {
  effectiveMinIsr,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  type TopicImage,
} from '@ottla/replication'
import type { Runtime, Timer } from '@ottla/runtime'
import { isDamage } from '@ottla/storage'
import type { TrafficLedger } from '../metrics/topic-traffic.ts'
import type { BrokerParts, ControllerSession } from '../seams.ts'
import { assignedTo, type Hosted, HostedPartitions, isAssigned } from './hosted.ts'
import { IsrProposals } from './isr-proposals.ts'
import { LeadershipLog } from './leadership-log.ts'
import { logConfigOf } from './log-config.ts'
import { isForWantOfRoom, type LogHome, LogHomes, type LogIdentity } from './log-homes.ts'
import { LogLine } from './log-line.ts'
import { Partition } from './partition.ts'
import type { LeaderOutlet, ResignReason } from './partition-options.ts'
import type { PartitionView } from './partition-types.ts'
import { Resignations } from './resignations.ts'

/** What the handlers of the data plane may use. */
export interface DataParts extends BrokerParts {
  readonly partitions: Partitions
  /** fetch.max.bytes */
  readonly fetchBytesMax: number
  /** max.incremental.fetch.session.cache.slots */
  readonly fetchSessionsMax: number
  /** replica.selector.class: consumers that name a rack are sent to a replica in it. */
  readonly selectsReplicaByRack: boolean
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
  /** Consumers read from followers (replica.selector.class): these hear of the high watermark at once. */
  readonly readsFromFollowers?: boolean
  /** This broker leads the partition from now on, or no longer; see `PartitionOptions.onLeadership`. */
  readonly onLeadership?: (partition: Partition, leads: boolean) => void
  /** Called after each `Partition.follow`: the role may be another one. */
  readonly onFollowed?: (partition: Partition) => void
  /** The partition is closed: this broker has it no longer, or stops. */
  readonly onGone?: (partition: Partition) => void
}

/** How often the ISRs of the partitions that this broker leads have changed. */
export interface IsrChanges {
  readonly shrunk: number
  readonly expanded: number
  /** Proposals that the controller did not accept or answer. */
  readonly failed: number
}

/** Names of protocol's error table, for partitions that cannot be served here. */
export type LookupError = 'UNKNOWN_TOPIC_OR_PARTITION' | 'NOT_LEADER_OR_FOLLOWER' | 'KAFKA_STORAGE_ERROR'

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
  readonly #line: LogLine
  /** Leaderships that are starting. */
  readonly #starting = new Set<Promise<void>>()
  readonly #proposals: IsrProposals
  readonly #resignations: Resignations
  readonly #isrChanges = { shrunk: 0, expanded: 0 }
  readonly #outlet: LeaderOutlet = {
    propose: (partition, proposal) => this.#proposals.propose(partition, proposal),
    forget: (partition) => this.#proposals.forget(partition),
    resign: ({ log, leaderEpoch }, reason) => this.#resign(log, leaderEpoch, reason),
    damaged: ({ log }) => this.#damaged(log),
    behind: ({ log }) => this.#resignUncounted(log, 'corrupt'),
    isrChanged: (change) => {
      this.#isrChanges[change] += 1
    },
  }
  #ticks: Timer | undefined
  #closed = false

  constructor(options: PartitionsOptions) {
    this.#options = options
    this.#homes = new LogHomes(options.logHomes)
    const { session, runtime } = options
    const { timers, logger } = runtime
    this.#line = new LogLine({
      homes: this.#homes,
      image: () => session.image,
      logger,
      clock: runtime.clock,
      configOf: (topic) => logConfigOf(session.image, topic, options),
      opened: (hosted, log) => this.#opened(hosted, this.#newPartition(log)),
      openFailed: (hosted, error) => this.#openFailed(hosted, error),
    })
    this.#proposals = new IsrProposals({ session, timers, logger })
    this.#resignations = new Resignations({ session, timers, logger })
  }

  /** Since the start. */
  get isrChanges(): IsrChanges {
    return { ...this.#isrChanges, failed: this.#proposals.failures }
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
    this.#ticks = this.#options.runtime.timers.every(this.#options.lagTimeMaxMs / 2, () => this.#tick())
    const { runtime, brokerId, session } = this.#options
    const leadershipLog = new LeadershipLog(brokerId, { logger: runtime.logger, image })
    session.onImage((next, delta) => {
      this.#apply(next, delta)
      leadershipLog.observe(next, delta)
    })
    this.#eligible = eligibleBrokers(image)
    const added = [...image.topics.values()].flatMap((topic) => this.#adopt(topic))
    const strays = this.#homes.strays((identity) => isAssigned(image, this.#options.brokerId, identity))
    this.#line.begin(strays, added)
  }

  /** Resolves when all that the image has said so far is done: logs opened and removed, leaderships begun. */
  async settled(): Promise<void> {
    let work: Promise<void> | undefined
    while (work !== this.#line.work || this.#starting.size > 0) {
      work = this.#line.work
      await work
      await Promise.all(this.#starting)
    }
  }

  /** Ends every leadership and wakes every waiter. The logs are closed with their log directories. */
  async close(): Promise<void> {
    this.#closed = true
    this.#ticks?.clear()
    for (const hosted of this.#hosted.all()) this.#end(hosted.partition)
    this.#proposals.close()
    this.#resignations.close()
    await this.settled()
  }

  /** The log directory serves nothing any more: what this broker leads there is to be led elsewhere. */
  directoryFailed(path: string): void {
    for (const partition of this.open()) {
      if (partition.log.directory.startsWith(`${path}/`)) partition.broke('write-failed')
    }
  }

  /** An open log was found to be damaged. */
  logDamaged({ topicId, partition }: Pick<LogIdentity, 'topicId' | 'partition'>): void {
    this.#hosted.get(topicId, partition)?.partition?.broke('corrupt')
  }

  get #image(): MetadataImage {
    return this.#options.session.image
  }

  get #logger() {
    return this.#options.runtime.logger
  }

  #end(partition: Partition | undefined): void {
    if (partition === undefined) return
    partition.close()
    this.#options.onGone?.(partition)
  }

  #tick(): void {
    const again: Hosted[] = []
    for (const hosted of this.#hosted.all()) {
      hosted.partition?.tick()
      if (hosted.state.kind !== 'failed') continue
      if (hosted.state.why === 'no-room') {
        hosted.state = { kind: 'opening' }
        again.push(hosted)
      } else {
        // The controller may not have had anybody else before.
        this.#resignUncounted(hosted.identity, hosted.state.why === 'corrupt' ? 'corrupt' : 'write-failed')
      }
    }
    if (again.length > 0 || this.#line.owesRemovals) this.#line.gather(again, [])
  }

  #resign({ topicId, partition }: Omit<LogIdentity, 'topic'>, leaderEpoch: number, reason: ResignReason): void {
    this.#resignations.resign({ topicId, partition, leaderEpoch, reason })
  }

  /**
   * A log that cannot be opened cannot be led either, and one that lacks records (it is corrupt, or its directory was removed) must not be
   * what a committed record is looked for in.
   */
  #resignUncounted(identity: Omit<LogIdentity, 'topic'>, reason: ResignReason): void {
    const { brokerId } = this.#options
    const image = this.topicById(identity.topicId)?.partitions[identity.partition]
    if (image === undefined) return
    const isCountedOn = image.isr.includes(brokerId) || image.elr.includes(brokerId)
    if (image.leader === brokerId || (reason === 'corrupt' && isCountedOn)) {
      this.#resign(identity, image.leaderEpoch, reason)
    }
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
    if (added.length > 0 || removed.length > 0) this.#line.gather(added, removed)
  }

  /** Ends the topic's partitions that are not to be kept; returns them for removal. */
  #abandon(topicId: string, keep: (index: number) => boolean | undefined): Hosted[] {
    const gone = [...this.#hosted.ofTopic(topicId)].filter(({ identity }) => keep(identity.partition) !== true)
    for (const hosted of gone) {
      const { partition } = hosted
      hosted.state = { kind: 'leaving', partition }
      this.#hosted.remove(hosted.identity)
      this.#end(partition)
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
    this.#giveUpDamaged(hosted, topic)
    this.#refill(hosted, topic)
    const { partition } = hosted
    const view = partition === undefined ? undefined : this.#viewOf(topic, hosted.identity.partition)
    if (partition === undefined || view === undefined) return
    const starting = partition.follow(view)
    this.#options.onFollowed?.(partition)
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

  #openFailed(hosted: Hosted, error: unknown): void {
    if (hosted.state.kind !== 'opening') return
    const { identity } = hosted
    const why = whyFailed(error)
    hosted.state = { kind: 'failed', why }
    this.#resignUncounted(identity, why === 'corrupt' ? 'corrupt' : 'write-failed')
    const topic = this.topicById(identity.topicId)
    if (topic !== undefined) this.#refill(hosted, topic)
  }

  #newPartition(log: Partition['log']): Partition {
    const { brokerId, lagTimeMaxMs, runtime } = this.#options
    const logger = runtime.logger.child({ topic: log.topic, partition: log.partition })
    const { clock, timers } = runtime
    return new Partition({
      brokerId,
      log,
      clock,
      timers,
      logger,
      lagTimeMaxMs,
      outlet: this.#outlet,
      tellsHighWatermark: this.#options.readsFromFollowers === true,
      onLeadership: this.#options.onLeadership,
      traffic: this.#options.traffic?.of(log.topic),
    })
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

  /** A damaged log gives way to an empty one, which the leader fills, as soon as nobody counts on what it holds. */
  #refill(hosted: Hosted, topic: TopicImage): void {
    const { identity, state } = hosted
    const image = topic.partitions[identity.partition]
    if (state.kind !== 'failed' || state.why !== 'corrupt' || image === undefined) return
    if (!isOutsider(image, this.#options.brokerId)) return
    hosted.state = { kind: 'opening' }
    this.#line.replace(hosted)
  }

  #damaged({ topicId, partition }: Pick<LogIdentity, 'topicId' | 'partition'>): void {
    const hosted = this.#hosted.get(topicId, partition)
    const topic = this.topicById(topicId)
    if (hosted !== undefined && topic !== undefined) this.#follow(hosted, topic)
  }

  /** Records that were damaged while the log was open: as if they had been found when it was opened. */
  #giveUpDamaged(hosted: Hosted, topic: TopicImage): void {
    const { partition, identity } = hosted
    const leader = topic.partitions[identity.partition]?.leader ?? -1
    // Without another leader it is all that there is.
    if (partition?.isDamaged !== true || leader < 0 || leader === this.#options.brokerId) return
    hosted.state = { kind: 'failed', why: 'corrupt' }
    this.#logger.error('the log of a partition is damaged and serves nothing any more', { ...identity })
    this.#end(partition)
    this.#line.close(partition.log)
    this.#resignUncounted(identity, 'corrupt')
  }
}

/** Another broker leads, and this one would not be elected for what it holds. */
function isOutsider({ leader, isr, elr }: PartitionImage, brokerId: number): boolean {
  return leader >= 0 && leader !== brokerId && !isr.includes(brokerId) && !elr.includes(brokerId)
}

/** Brokers that may be members of an ISR: registered, not fenced, not shutting down. */
function eligibleBrokers(image: MetadataImage): ReadonlyMap<number, number> {
  const alive = [...image.brokers.values()].filter(({ fenced, shuttingDown }) => !fenced && !shuttingDown)
  return new Map(alive.map(({ id, epoch }) => [id, epoch]))
}

function whyFailed(error: unknown): 'corrupt' | 'no-room' | 'other' {
  if (isDamage(error)) return 'corrupt'
  return isForWantOfRoom(error) ? 'no-room' : 'other'
}
