import { ErrorCode, errorByCode, KafkaError, type MetadataResponse } from '@ottla/protocol'
import type { Timer } from '@ottla/runtime'
import type { Cluster } from '../cluster.ts'
import { ClientError, tryingAgain } from '../errors.ts'
import type { TopicShape, TopicShapes } from '../group/member.ts'
import type { Call } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import type { ConsumerConfig } from './options.ts'

/** What is subscribed to. A RegExp is matched here, `{ pattern }` (RE2) by the group's coordinator (consumer protocol). */
export type TopicSelectionOfGroup =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'matching'; readonly regExp: RegExp }
  | { readonly kind: 'pattern'; readonly pattern: string }

export interface TopicWatchOptions {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ConsumerConfig
  readonly signal: AbortSignal
  /** There was a look at the topics. */
  onSeen(): void
  /** Something that the application has to know. */
  onError(error: ClientError): void
  onDefect(error: unknown): void
}

const GONE: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.INVALID_TOPIC_EXCEPTION,
])

interface KnownTopic extends TopicShape {
  readonly topicId: string
}

/** Knows the topics that a group member subscribes to, as they come, go and grow; looks again every metadata.max.age.ms. */
export class TopicWatch {
  private readonly options: TopicWatchOptions
  private selection: TopicSelectionOfGroup | undefined
  /** What the leader of a classic group has to watch besides. */
  private alsoWatched: readonly string[] = []
  private shapes = new Map<string, KnownTopic>()
  private names = new Map<string, string>()
  private internal = new Set<string>()
  /** Partitions that topics had when they were subscribed to; those behind are new. */
  private readonly atFirst = new Map<string, number>()
  private timer: Timer | undefined
  private version = 0

  constructor(options: TopicWatchOptions) {
    this.options = options
  }

  /** Looks at once; `onSeen` when done, and after each later look. */
  select(selection: TopicSelectionOfGroup | undefined): void {
    this.selection = selection
    this.alsoWatched = []
    this.look(true)
  }

  /** Topics that match the subscription; those that are not there yet included when they were named. */
  get topics(): readonly string[] {
    const { selection } = this
    if (selection === undefined || selection.kind === 'pattern') return []
    if (selection.kind === 'names') return selection.names
    return [...this.shapes.keys()].filter((topic) => this.matches(topic, selection.regExp)).sort()
  }

  /** Of these topics, as last seen. */
  shapesOf(topics: readonly string[]): TopicShapes {
    const its = topics.flatMap((topic) => {
      const shape = this.shapes.get(topic)
      return shape === undefined ? [] : [[topic, shape] as const]
    })
    return new Map(its)
  }

  /** Whether the partition was not there yet when its topic was subscribed to: nothing in it is older than that. */
  isNew(topic: string, partition: number): boolean {
    return partition >= (this.atFirst.get(topic) ?? 0)
  }

  /** Asks for these topics now, and watches them from now on. */
  async describe(topics: readonly string[], call: Call): Promise<TopicShapes> {
    this.alsoWatched = topics
    const own = this.selection?.kind === 'names' ? new Set(this.selection.names) : new Set<string>()
    const createTopics = this.options.config.allowAutoCreateTopics && topics.every((topic) => own.has(topic))
    this.keep(await this.options.cluster.metadata({ names: topics }, call, { createTopics }))
    return this.shapesOf(topics)
  }

  get watchedByLeader(): readonly string[] {
    return this.alsoWatched
  }

  /** Names of topics by their ids; those that are not known stay out. */
  async resolve(topicIds: readonly string[], call: Call): Promise<ReadonlyMap<string, string>> {
    if (topicIds.some((id) => !this.names.has(id))) {
      this.keep(await this.options.cluster.metadata({ topicIds }, call))
    }
    return new Map(topicIds.flatMap((id) => (this.names.has(id) ? [[id, this.names.get(id)!] as const] : [])))
  }

  close(): void {
    this.version += 1
    this.timer?.clear()
    this.timer = undefined
  }

  private look(isFirst: boolean): void {
    this.version += 1
    const { version } = this
    this.timer?.clear()
    if (this.selection === undefined) return
    this.ask(isFirst).then(
      (isWhole) => {
        if (version !== this.version) return
        this.lookAgainAfter(isWhole ? this.options.config.metadataMaxAgeMs : this.retryMs)
        this.options.onSeen()
      },
      (error: unknown) => {
        if (version !== this.version || this.options.signal.aborted) return
        if (!(error instanceof KafkaError)) return this.options.onDefect(error)
        const { logger } = this.options.world
        logger.warn(tryingAgain(error), { error: error.errorName })
        this.lookAgainAfter(this.retryMs, isFirst)
      },
    )
  }

  private get retryMs(): number {
    return this.options.cluster.config.retryBackoffMaxMs
  }

  private lookAgainAfter(afterMs: number, isFirst = false): void {
    this.timer = this.options.world.timers.after(afterMs, () => this.look(isFirst))
  }

  /** Whether everything that is wanted is there. */
  private async ask(isFirst: boolean): Promise<boolean> {
    const { cluster, signal, config } = this.options
    const { selection } = this
    const call: Call = { signal, remainingMs: () => cluster.config.requestTimeoutMs }
    const names = selection?.kind === 'names' ? [...new Set([...selection.names, ...this.alsoWatched])] : []
    const createTopics = config.allowAutoCreateTopics && selection?.kind === 'names'
    const answer = await (selection?.kind === 'names'
      ? cluster.metadata({ names }, call, { createTopics })
      : cluster.metadata('all', call))
    if (this.selection !== selection) return true
    const before = this.shapes
    this.shapes = new Map()
    const isWhole = this.keep(answer, before)
    if (isFirst) {
      for (const [topic, { partitions }] of this.shapes) {
        if (!this.atFirst.has(topic)) this.atFirst.set(topic, partitions)
      }
    }
    return isWhole
  }

  /** A topic that cannot be told of now is taken to be as it was `before`; so is one of which a broker knows less than was seen already. */
  private keep({ topics, brokers }: MetadataResponse, before: ReadonlyMap<string, KnownTopic> = this.shapes): boolean {
    const rackOf = new Map(brokers.map(({ nodeId, rack }) => [nodeId, rack]))
    let isWhole = true
    for (const { name, topicId, errorCode, partitions, isInternal } of topics) {
      if (errorCode !== 0) isWhole = this.missing(name, errorCode) && isWhole
      if (name === null) continue
      const known = before.get(name)
      const isBehind = known?.topicId === topicId && known.partitions > partitions.length
      if (known !== undefined && (isBehind || (errorCode !== 0 && !GONE.has(errorCode)))) this.shapes.set(name, known)
      if (isBehind || errorCode !== 0) continue
      const racks = [...partitions]
        .sort((a, b) => a.partitionIndex - b.partitionIndex)
        .map(({ replicaNodes }) => replicaNodes.flatMap((node) => rackOf.get(node) ?? []))
      this.shapes.set(name, { topicId, partitions: partitions.length, racks })
      this.names.set(topicId, name)
      if (isInternal) this.internal.add(name)
    }
    return isWhole
  }

  /** Whether looking again soon is of no use. */
  private missing(name: string | null, errorCode: number): boolean {
    const { retriable, message } = errorByCode(errorCode)
    if (!retriable && name !== null && this.topics.includes(name)) {
      this.options.onError(ClientError.fromCode(errorCode, `${name}: ${message}`, { api: 'Metadata', topic: name }))
    }
    return !retriable
  }

  private matches(topic: string, regExp: RegExp): boolean {
    if (this.options.config.excludeInternalTopics && this.internal.has(topic)) return false
    const match = new RegExp(regExp.source, regExp.flags.replace(/[gy]/g, '')).exec(topic)
    return match !== null && match[0] === topic
  }
}
