/** A shard with groups, topics and members, for tests: requests in, replies out, a clock that the test moves. */
import type { ConsumerGroupHeartbeatRequest } from '@ottla/protocol'
import { CONSUMER_OFFSETS_RECORDS, decodeCoordinatorRecord } from '@ottla/protocol/coordinator-records'
import { silentLogger } from '@ottla/runtime'
import { type GroupEffect, type GroupResult, GroupShard, type GroupSoft } from '../../group-shard.ts'
import { ShardRun } from '../../offsets/testing/shard-run.ts'
import type { AnyGroup } from '../../registry.ts'
import type { DescribedConsumerGroup, GroupCallKind, GroupCalls, GroupReply, GroupRequest } from '../../requests.ts'
import type { ConsumerGroupSettings, GroupSettings } from '../../settings.ts'
import { DEFAULT_SETTINGS } from '../../testing/classic-scene.ts'
import type { ConsumerGroup } from '../consumer-group.ts'
import { runGroupEffect } from '../effects.ts'
import type { HeartbeatReply } from '../heartbeat.ts'
import { imageWith, type TestTopic } from './topics.ts'

export const GROUP = 'g'

export interface SceneOptions {
  readonly topics: Readonly<Record<string, number | TestTopic>>
  readonly settings?: Partial<GroupSettings>
  readonly groupSettings?: Partial<ConsumerGroupSettings>
}

export class ConsumerScene {
  readonly run: ShardRun<GroupRequest, GroupReply, GroupSoft, GroupEffect, GroupResult>
  settings: GroupSettings
  #topics: Record<string, number | TestTopic>

  constructor({ topics, settings, groupSettings }: SceneOptions) {
    this.settings = { ...DEFAULT_SETTINGS, ...settings }
    this.#topics = { ...topics }
    const ofGroup = {
      sessionTimeoutMs: 45_000,
      heartbeatIntervalMs: 5000,
      assignmentIntervalMs: 1000,
      ...groupSettings,
    }
    this.run = new ShardRun<GroupRequest, GroupReply, GroupSoft, GroupEffect, GroupResult>(
      () => new GroupShard({ settings: () => this.settings, groupSettings: () => ofGroup, logger: silentLogger }),
      {
        runEffect: (effect, image) => runGroupEffect(effect, { image, breathe: () => Promise.resolve() }),
      },
    )
    this.setTopics(this.#topics)
  }

  get group(): AnyGroup | undefined {
    return (this.run.shard as GroupShard).registry.get(GROUP)
  }

  get consumerGroup(): ConsumerGroup {
    const { group } = this
    if (group?.kind !== 'consumer') throw new Error('there is no consumer group')
    return group
  }

  get topics(): Readonly<Record<string, number | TestTopic>> {
    return this.#topics
  }

  call<K extends GroupCallKind>(kind: K, body: GroupCalls[K]['body'], apiVersion = 1): GroupCalls[K]['reply'] {
    const reply = this.run.call({ kind, body } as GroupRequest, { apiVersion })
    if (reply === undefined) throw new Error(`${kind} has no reply yet`)
    return reply as GroupCalls[K]['reply']
  }

  /** Fields that are left out are those of a heartbeat that says nothing new. */
  heartbeat(body: Partial<ConsumerGroupHeartbeatRequest>, apiVersion = 1): HeartbeatReply {
    return this.call('consumer-group-heartbeat', this.request(body), apiVersion)
  }

  request(body: Partial<ConsumerGroupHeartbeatRequest>): ConsumerGroupHeartbeatRequest {
    return { ...QUIET, ...body }
  }

  join(memberId: string, body: Partial<ConsumerGroupHeartbeatRequest> = {}, apiVersion = 1): HeartbeatReply {
    return this.heartbeat(
      {
        memberId,
        memberEpoch: 0,
        rebalanceTimeoutMs: 60_000,
        topicPartitions: [],
        subscribedTopicNames: ['t'],
        ...body,
      },
      apiVersion,
    )
  }

  describe(): DescribedConsumerGroup {
    return this.call('consumer-group-describe', { groupIds: [GROUP] })[0]!
  }

  setTopics(topics: Readonly<Record<string, number | TestTopic>>): void {
    const before = this.run.image
    const image = imageWith(topics, before.offset + 1)
    this.#topics = { ...topics }
    const changed = [...image.topics.keys()].filter(
      (name) => JSON.stringify(before.topics.get(name)) !== JSON.stringify(image.topics.get(name)),
    )
    const removed = [...before.topics.values()].filter(({ id, name }) => image.topics.get(name)?.id !== id)
    this.run.changeImage(image, {
      topicsChanged: new Set(changed),
      topicsRemoved: new Map(removed.map((topic) => [topic.id, topic])),
    })
  }

  /** The records since `from`, a line each: type, member or expression, value. */
  records(from = 0): string[] {
    return this.run.log.slice(from).map(({ key, value }) => {
      const decoded = decodeCoordinatorRecord(CONSUMER_OFFSETS_RECORDS, key, value)
      if (decoded.kind === 'unknown') return 'unknown'
      const { memberId, regularExpression } = decoded.key as { memberId?: string; regularExpression?: string }
      const who = memberId ?? regularExpression ?? ''
      const text = JSON.stringify(decoded.value, (_, part) => (typeof part === 'bigint' ? String(part) : part))
      return `${decoded.pair.key.apiKey} ${who} ${text}`
    })
  }
}

const QUIET: ConsumerGroupHeartbeatRequest = {
  groupId: GROUP,
  memberId: '',
  memberEpoch: 0,
  instanceId: null,
  rackId: null,
  rebalanceTimeoutMs: -1,
  subscribedTopicNames: null,
  subscribedTopicRegex: null,
  serverAssignor: null,
  topicPartitions: null,
}
