import { ErrorCode, KafkaError, type MetadataResponse, ZERO_UUID } from '@ottla/protocol'
import type { Timer } from '@ottla/runtime'
import { backOffMs } from '../back-off.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { ClusterView, PartitionInfo } from '../partitioner.ts'
import type { ClientWorld } from '../world.ts'
import type { ProducerConfig } from './options.ts'

/** A topic as Metadata last told. */
export interface TopicEntry {
  readonly topic: string
  /** Undefined from brokers before 2.8. */
  readonly topicId: string | undefined
  readonly partitions: readonly PartitionInfo[]
}

interface Wanted {
  /** Questions without a useful answer so far. */
  attempts: number
  dueMs: number
}

/** Topics for which the last refusal is remembered. */
const REFUSALS_MAX = 1000

/**
 * The topics that are written to, with their partitions and leaders. Asks when it is told that something is `want`ed, one question
 * at a time and about one topic no more often than retry.backoff.ms; asks again by itself for a topic that is not there yet.
 */
export class TopicDirectory implements ClusterView {
  private readonly world: ClientWorld
  private readonly cluster: Cluster
  private readonly config: ProducerConfig
  private readonly onChange: (topics: readonly string[]) => void
  private readonly entries = new Map<string, TopicEntry>()
  private readonly used = new Set<string>()
  private readonly wanted = new Map<string, Wanted>()
  private readonly answeredMs = new Map<string, number>()
  private readonly refusals = new Map<string, ClientError>()
  private readonly ending = new AbortController()
  private readonly ageing: Timer
  private timer: Timer | undefined
  private asking = false

  constructor(parts: {
    readonly world: ClientWorld
    readonly cluster: Cluster
    readonly config: ProducerConfig
    /** Called with topics of which something new is known: partitions, or why there are none. */
    readonly onChange: (topics: readonly string[]) => void
  }) {
    this.world = parts.world
    this.cluster = parts.cluster
    this.config = parts.config
    this.onChange = parts.onChange
    this.ageing = this.world.timers.every(Math.max(1, this.config.metadataMaxAgeMs), () => this.age())
  }

  /** The topic's partitions, if they are known; it then counts as used. */
  use(topic: string): TopicEntry | undefined {
    const entry = this.entries.get(topic)
    if (entry !== undefined) this.used.add(topic)
    return entry
  }

  /** The last failure about this topic; undefined once it is known. */
  failure(topic: string): ClientError | undefined {
    return this.refusals.get(topic)
  }

  partitions(topic: string): readonly PartitionInfo[] {
    return this.entries.get(topic)?.partitions ?? []
  }

  availablePartitions(topic: string): readonly PartitionInfo[] {
    return this.partitions(topic).filter(({ leader }) => leader !== undefined)
  }

  leaderOf(topic: string, partition: number): number | undefined {
    return this.entries.get(topic)?.partitions[partition]?.leader
  }

  idOf(topic: string): string | undefined {
    return this.entries.get(topic)?.topicId
  }

  /** Asks for the topic soon; does nothing while it is on the list already. It counts as used: batches may wait for its leader. */
  want(topic: string): void {
    this.used.add(topic)
    if (this.wanted.has(topic) || this.ending.signal.aborted) return
    const answeredMs = this.answeredMs.get(topic)
    const now = this.world.clock.monotonic()
    const dueMs = answeredMs === undefined ? now : Math.max(now, answeredMs + this.config.retryBackoffMs)
    this.wanted.set(topic, { attempts: 0, dueMs })
    this.schedule()
  }

  /** A broker has named the new leader itself (KIP-951). */
  leaderChanged(
    topic: string,
    partition: number,
    { leader, leaderEpoch }: { leader: number; leaderEpoch: number },
  ): void {
    const entry = this.entries.get(topic)
    const known = entry?.partitions[partition]
    if (entry === undefined || known === undefined || known.leaderEpoch > leaderEpoch) return
    const partitions = entry.partitions.with(partition, { ...known, leader, leaderEpoch })
    this.entries.set(topic, { ...entry, partitions })
  }

  close(): void {
    this.ending.abort(new ClientError('NETWORK_EXCEPTION', 'the producer was closed', {}))
    this.ageing.clear()
    this.timer?.clear()
  }

  private schedule(): void {
    this.timer?.clear()
    this.timer = undefined
    if (this.asking || this.wanted.size === 0 || this.ending.signal.aborted) return
    let dueMs = Number.POSITIVE_INFINITY
    for (const wanted of this.wanted.values()) dueMs = Math.min(dueMs, wanted.dueMs)
    const waitMs = dueMs - this.world.clock.monotonic()
    if (waitMs <= 0) void this.ask()
    else this.timer = this.world.timers.after(waitMs, () => this.schedule())
  }

  private async ask(): Promise<void> {
    this.asking = true
    const now = this.world.clock.monotonic()
    const names = [...this.wanted].filter(([, { dueMs }]) => dueMs <= now).map(([name]) => name)
    const call = { signal: this.ending.signal, remainingMs: () => this.config.requestTimeoutMs }
    try {
      this.learn(names, await this.cluster.metadata({ names }, call, { createTopics: true }))
    } catch (error) {
      if (!this.ending.signal.aborted) this.failed(names, error)
    }
    this.asking = false
    if (this.ending.signal.aborted) return
    this.onChange(names)
    this.schedule()
  }

  private learn(names: readonly string[], { topics }: MetadataResponse): void {
    const now = this.world.clock.monotonic()
    const answers = new Map(topics.map((topic) => [topic.name, topic]))
    for (const name of names) {
      this.answeredMs.set(name, now)
      const answer = answers.get(name)
      const code = answer === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : answer.errorCode
      if (code === 0 && answer!.partitions.length > 0) {
        this.entries.set(name, notOlder(entryOf(name, answer!), this.entries.get(name)))
        this.wanted.delete(name)
        this.refusals.delete(name)
      } else {
        this.refused(
          name,
          ClientError.fromCode(code === 0 ? ErrorCode.LEADER_NOT_AVAILABLE : code, null, {
            api: 'Metadata',
            topic: name,
          }),
        )
      }
    }
  }

  private failed(names: readonly string[], error: unknown): void {
    const known = error instanceof KafkaError
    const message = error instanceof Error ? error.message : String(error)
    this.world.logger.warn(`the leaders of topics cannot be learnt: ${message}`, { topics: names.join() })
    for (const topic of names) {
      const name = known ? error.errorName : 'UNKNOWN_SERVER_ERROR'
      // Whatever it is, a broker that comes back may cure it; max.block.ms bounds the wait.
      this.tryLater(topic, new ClientError(name, message, { api: 'Metadata', topic }, error))
    }
  }

  private refused(topic: string, error: ClientError): void {
    if (error.retriable) {
      this.tryLater(topic, error)
      return
    }
    this.wanted.delete(topic)
    this.entries.delete(topic)
    this.remember(topic, error)
  }

  private tryLater(topic: string, error: ClientError): void {
    this.remember(topic, error)
    const wanted = this.wanted.get(topic)
    if (wanted === undefined) return
    const { retryBackoffMs, retryBackoffMaxMs } = this.config
    const { random } = this.world
    const pauseMs = backOffMs(wanted.attempts, { firstMs: retryBackoffMs, maxMs: retryBackoffMaxMs, random })
    wanted.attempts += 1
    wanted.dueMs = this.world.clock.monotonic() + Math.max(1, pauseMs)
  }

  private remember(topic: string, error: ClientError): void {
    if (this.refusals.size >= REFUSALS_MAX && !this.refusals.has(topic)) this.refusals.clear()
    this.refusals.set(topic, error)
  }

  /** A caller has given this topic up: it is asked for no more, unless another one says `want` when it hears so. */
  forget(topic: string): void {
    if (!this.entries.has(topic) && this.wanted.delete(topic)) this.onChange([topic])
  }

  /** Once per metadata.max.age.ms: what was used is asked for again, what was not is dropped. */
  private age(): void {
    for (const topic of this.entries.keys()) {
      if (this.used.has(topic)) this.want(topic)
      else {
        this.entries.delete(topic)
        this.wanted.delete(topic)
      }
    }
    for (const topic of this.answeredMs.keys()) if (!this.used.has(topic)) this.answeredMs.delete(topic)
    this.used.clear()
  }
}

/** The leader of a newer epoch stays: the broker that answered may not have heard of it (KIP-320). */
function notOlder(entry: TopicEntry, known: TopicEntry | undefined): TopicEntry {
  if (known === undefined || known.topicId === undefined || known.topicId !== entry.topicId) return entry
  const partitions = entry.partitions.map((partition, index) => {
    const before = known.partitions[index]
    if (before === undefined || before.leaderEpoch <= partition.leaderEpoch) return partition
    return { ...partition, leader: before.leader, leaderEpoch: before.leaderEpoch }
  })
  return { ...entry, partitions }
}

function entryOf(topic: string, answer: MetadataResponse['topics'][number]): TopicEntry {
  const partitions: PartitionInfo[] = []
  for (const partition of answer.partitions) {
    const number = partition.partitionIndex
    partitions[number] = {
      topic,
      partition: number,
      leader: partition.leaderId >= 0 ? partition.leaderId : undefined,
      leaderEpoch: partition.leaderEpoch,
      replicas: partition.replicaNodes,
      inSyncReplicas: partition.isrNodes,
      offlineReplicas: partition.offlineReplicas,
    }
  }
  if (partitions.length !== answer.partitions.length || partitions.includes(undefined as never)) {
    throw new ClientError('UNKNOWN_SERVER_ERROR', `the partitions of ${topic} are not numbered from 0`, { topic })
  }
  return { topic, topicId: answer.topicId === ZERO_UUID ? undefined : answer.topicId, partitions }
}
