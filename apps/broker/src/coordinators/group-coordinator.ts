/**
 * The groups whose coordinator this broker is: those whose partition of `__consumer_offsets` it leads. Follows the leaderships of the broker's
 * partitions and the metadata, and is what the handlers of group requests call.
 */
import {
  CoordinatorRuntime,
  type GroupCallKind,
  type GroupCalls,
  type GroupEffect,
  type GroupFilter,
  type GroupReply,
  type GroupRequest,
  type GroupResult,
  GroupShard,
  type GroupSoft,
  type ListedGroup,
  type LoadListener,
  partitionOfKey,
  runGroupEffect,
} from '@ottla/coordinator'
import { KafkaError } from '@ottla/protocol'
import { CONSUMER_OFFSETS_RECORDS } from '@ottla/protocol/coordinator-records'
import type { CompressionCodec, Runtime } from '@ottla/runtime'
import type { BrokerConfig } from '../config/broker-config.ts'
import { consumerGroupSettingsOf, groupSettingsOf } from '../config/group-settings.ts'
import type { Partition } from '../partitions/partition.ts'
import type { ControllerSession, RequestContext } from '../seams.ts'
import type { InternalTopicShape } from './internal-topic.ts'
import { PacedCalls } from './paced-calls.ts'
import { PartitionShardLog } from './partition-shard-log.ts'

export const OFFSETS_TOPIC = '__consumer_offsets'

/** What handlers of group requests call. */
export interface GroupCoordinator {
  /**
   * Rejects with a KafkaError whose code is the answer's; see `CoordinatorRuntime.call`. Handled in the order of the calls, those of `list` among
   * them, and perhaps not in this turn. The request's memory goes back when a join or a sync has been handled: shards copy what they keep.
   */
  call<K extends GroupCallKind>(
    groupId: string,
    kind: K,
    body: GroupCalls[K]['body'],
    context: RequestContext,
  ): Promise<GroupCalls[K]['reply']>
  /** The groups of every shard here. Rejects with COORDINATOR_LOAD_IN_PROGRESS while one of them is loading. */
  list(filter: GroupFilter, context: RequestContext): Promise<readonly ListedGroup[]>
  /** For requests that name several groups: those of one partition go together. Undefined: the topic does not exist. */
  partitionOf(groupId: string): number | undefined
}

export interface GroupCoordinationOptions {
  readonly runtime: Runtime
  readonly config: BrokerConfig
  readonly session: Pick<ControllerSession, 'image' | 'onImage'>
  readonly onLoad?: LoadListener
}

/** What the members of all classic groups here may take, of as much as requests may. */
const MEMBERS_SHARE = 0.25

/** So long that the memory of their requests goes back when a shard has them: by then it counts what it keeps of them. */
const WAITS_FOR_MEMBERS: ReadonlySet<GroupCallKind> = new Set(['join-group', 'sync-group'])

const CODECS: readonly ('none' | CompressionCodec)[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

export class GroupCoordination implements GroupCoordinator {
  readonly #session: GroupCoordinationOptions['session']
  readonly #config: BrokerConfig
  readonly #runtime: CoordinatorRuntime<GroupRequest, GroupReply, GroupSoft, GroupEffect, GroupResult>
  readonly #paced: PacedCalls
  /** What is led, by partition number: a topic that was deleted and made again has others of the same number. */
  readonly #led = new Map<number, Partition>()
  #closed = false

  constructor({ runtime, config, session, onLoad }: GroupCoordinationOptions) {
    this.#session = session
    this.#config = config
    this.#paced = new PacedCalls(runtime)
    const { clock, timers, logger, random, offload } = runtime
    const settings = () => groupSettingsOf(config, session.image)
    const image = () => session.image
    this.#runtime = new CoordinatorRuntime(
      {
        world: { clock, timers, logger, random, offload },
        recordTypes: CONSUMER_OFFSETS_RECORDS,
        newShard: () =>
          new GroupShard({
            settings,
            groupSettings: (groupId) => consumerGroupSettingsOf(settings(), session.image, groupId),
            memberBytesLeft: () => this.#memberBytesLeft(),
            logger,
          }),
        runEffect: (effect, breathe) => runGroupEffect(effect, { image: session.image, breathe }),
        image,
        replyTimeoutMs: () => config.offsetsCommitTimeoutMs,
        loadBytes: config.offsetsLoadBufferBytes,
        codec: CODECS[config.offsetsTopic.compressionCodec] ?? 'none',
      },
      onLoad === undefined ? {} : { onLoad },
    )
  }

  /**
   * From now on the shards hear of the metadata, behind the calls that wait: a commit for a topic that was there when it was asked for must not come
   * behind the end of that topic, or its offset would stay. Called once, when the partitions follow the metadata already.
   */
  begin(): void {
    this.#session.onImage((_, delta) => this.#paced.start(() => this.#runtime.imageChanged(delta)))
  }

  /** This broker leads the partition from now on, or no longer; partitions of other topics are none of its business. */
  leadershipChanged(partition: Partition, leads: boolean): void {
    const { topic, partition: index } = partition.log
    if (topic !== OFFSETS_TOPIC) return
    if (leads) {
      this.#led.set(index, partition)
      this.#runtime.lead(new PartitionShardLog(partition))
    } else if (this.#led.get(index) === partition) {
      this.#led.delete(index)
      this.#runtime.lost(index)
    }
  }

  call<K extends GroupCallKind>(
    groupId: string,
    kind: K,
    body: GroupCalls[K]['body'],
    context: RequestContext,
  ): Promise<GroupCalls[K]['reply']> {
    // Kind and body belong together by the signature.
    const request = { kind, body } as unknown as GroupRequest
    return this.#inTurn(() => {
      const reply = this.#call(groupId, request, context)
      if (WAITS_FOR_MEMBERS.has(kind)) context.releaseMemory()
      return reply as Promise<GroupCalls[K]['reply']>
    })
  }

  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => this.#paced.start(() => void call().then(resolve, reject)))
  }

  async #call(groupId: string, request: GroupRequest, context: RequestContext): Promise<GroupReply> {
    const partition = this.partitionOf(groupId)
    if (partition === undefined) throw new KafkaError('COORDINATOR_NOT_AVAILABLE', `${OFFSETS_TOPIC} does not exist`)
    if (this.#isAboutToLead(partition)) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS')
    return this.#runtime.call(partition, request, callerOf(context))
  }

  /**
   * The metadata sends clients here already, and the partition's log is still on its way. NOT_COORDINATOR, Kafka's answer, sends them off to
   * ask who it is then, and librdkafka gives a fetch of offsets up at once.
   */
  #isAboutToLead(partition: number): boolean {
    if (this.#closed || this.#led.has(partition)) return false
    return this.#session.image.topics.get(OFFSETS_TOPIC)?.partitions[partition]?.leader === this.#config.brokerId
  }

  async list(filter: GroupFilter, context: RequestContext): Promise<readonly ListedGroup[]> {
    const request = { kind: 'list-groups', body: filter } as const
    const replies = await this.#inTurn(() => this.#runtime.callAll(request, callerOf(context)))
    return (replies as (readonly ListedGroup[])[]).flat()
  }

  partitionOf(groupId: string): number | undefined {
    const topic = this.#session.image.topics.get(OFFSETS_TOPIC)
    return topic === undefined ? undefined : partitionOfKey(groupId, topic.partitions.length)
  }

  /** For metrics: what the shards here hold. */
  facts(): GroupFacts {
    const shards = [...this.#runtime.shards()] as GroupShard[]
    return { partitions: this.#runtime.states(), counts: shards.map((shard) => shard.counts()) }
  }

  /** Without a limit on the memory of requests there is none on that of members. */
  #memberBytesLeft(): number {
    const { requestMemoryBytes } = this.#config.limits
    if (requestMemoryBytes < 0) return Number.POSITIVE_INFINITY
    let left = requestMemoryBytes * MEMBERS_SHARE
    for (const { shard } of this.coordinators()) left -= shard.memberBytes
    return left
  }

  /** Those that are loaded. */
  *coordinators(): Generator<LoadedCoordinator> {
    for (const { shard, ...its } of this.#runtime.running()) yield { ...its, shard: shard as GroupShard }
  }

  /** Whoever waits in a shard is told NOT_COORDINATOR before this returns; whose call has not had its turn, then. */
  close(): void {
    this.#closed = true
    this.#led.clear()
    this.#runtime.close()
  }
}

/** The coordinator of the groups of one partition of `__consumer_offsets`. */
export interface LoadedCoordinator {
  readonly partition: number
  readonly leaderEpoch: number
  readonly shard: GroupShard
}

export interface GroupFacts {
  readonly partitions: { readonly loading: number; readonly running: number; readonly failed: number }
  readonly counts: readonly ReturnType<GroupShard['counts']>[]
}

/** How the topic is made. */
export function offsetsTopicShape({ offsetsTopic }: Pick<BrokerConfig, 'offsetsTopic'>): InternalTopicShape {
  const { partitions, replicationFactor, segmentBytes } = offsetsTopic
  return {
    name: OFFSETS_TOPIC,
    partitions,
    replicationFactor,
    replicationKey: 'offsets.topic.replication.factor',
    configs: {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': String(segmentBytes),
    },
  }
}

function callerOf({ clientId, clientAddress, apiVersion }: RequestContext) {
  return { clientId: clientId ?? '', clientHost: `/${clientAddress}`, apiVersion }
}
