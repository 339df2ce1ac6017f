/**
 * The shard of `__consumer_offsets`: groups of both protocols and their offsets. It decides nothing itself but which area a request, a record, a timer
 * belongs to: classic groups (classic/), consumer groups (consumer/), offsets and whole groups (offsets/, list-groups.ts).
 *
 * A request of the classic protocol goes by what its group is now: a consumer group may have members that speak it, until all have been upgraded.
 */

import {
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMetadataKey,
  ConsumerGroupPartitionMetadataKey,
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMetadataKey,
  GroupMetadataKey,
  LegacyOffsetCommitKey,
  OffsetCommitKey,
} from '@ottla/protocol/coordinator-records'
import type { MetadataDelta } from '@ottla/replication'
import type { Caller, Shard, ShardRecord, ShardView } from '../shard.ts'
import type { AreaParts, GroupEffect, GroupOutcome, GroupResult, GroupSoft } from './area.ts'
import { ClassicGroups } from './classic/classic-groups.ts'
import { ConsumerGroups } from './consumer/consumer-groups.ts'
import { describeClassicGroups, describeConsumerGroups } from './describe-groups.ts'
import { type GroupCounts, groupCounts } from './group-counts.ts'
import { listGroups } from './list-groups.ts'
import { GroupOffsets } from './offsets/group-offsets.ts'
import { outcomes } from './outcomes.ts'
import { GroupRegistry } from './registry.ts'
import type { GroupReply, GroupRequest } from './requests.ts'

export type { GroupEffect, GroupOutcome, GroupResult, GroupSoft } from './area.ts'

export type GroupShardOptions = Omit<AreaParts, 'registry'>

type Area = 'classic' | 'consumer' | 'offsets'

/** Which area replays records of a type. */
const REPLAYED_BY: ReadonlyMap<number, Area> = new Map([
  [LegacyOffsetCommitKey.apiKey, 'offsets'],
  [OffsetCommitKey.apiKey, 'offsets'],
  [GroupMetadataKey.apiKey, 'classic'],
  [ConsumerGroupMetadataKey.apiKey, 'consumer'],
  [ConsumerGroupPartitionMetadataKey.apiKey, 'consumer'],
  [ConsumerGroupMemberMetadataKey.apiKey, 'consumer'],
  [ConsumerGroupTargetAssignmentMetadataKey.apiKey, 'consumer'],
  [ConsumerGroupTargetAssignmentMemberKey.apiKey, 'consumer'],
  [ConsumerGroupCurrentMemberAssignmentKey.apiKey, 'consumer'],
  [ConsumerGroupRegularExpressionKey.apiKey, 'consumer'],
])

export class GroupShard implements Shard<GroupRequest, GroupReply, GroupSoft, GroupEffect, GroupResult> {
  readonly registry = new GroupRegistry()
  readonly #classic: ClassicGroups
  readonly #consumer: ConsumerGroups
  readonly #offsets: GroupOffsets

  constructor(options: GroupShardOptions) {
    const parts: AreaParts = { ...options, registry: this.registry }
    this.#classic = new ClassicGroups(parts)
    this.#consumer = new ConsumerGroups({ ...parts, classic: this.#classic })
    this.#offsets = new GroupOffsets({
      ...parts,
      committed: (group, memberId, view) =>
        group.kind === 'classic'
          ? this.#classic.committed(group, memberId, view)
          : this.#consumer.committed(group, memberId, view),
    })
  }

  handle(request: GroupRequest, caller: Caller, view: ShardView): GroupOutcome {
    switch (request.kind) {
      case 'join-group':
        return this.#isConsumer(request.body.groupId)
          ? this.#consumer.join(request.body, caller, view)
          : this.#classic.join(request.body, caller, view)
      case 'sync-group':
        return this.#isConsumer(request.body.groupId)
          ? this.#consumer.sync(request.body, caller, view)
          : this.#classic.sync(request.body, caller, view)
      case 'heartbeat':
        return this.#isConsumer(request.body.groupId)
          ? this.#consumer.classicHeartbeat(request.body, caller, view)
          : this.#classic.heartbeat(request.body, caller, view)
      case 'leave-group':
        return this.#isConsumer(request.body.groupId)
          ? this.#consumer.leave(request.body, caller, view)
          : this.#classic.leave(request.body, caller, view)
      case 'consumer-group-heartbeat':
        return this.#consumer.heartbeat(request.body, caller, view)
      case 'offset-commit':
        return this.#offsets.commit(request.body, caller, view)
      case 'offset-delete':
        return this.#offsets.delete(request.body, caller)
      case 'delete-groups':
        return this.#offsets.deleteGroups(request.body.groupIds, caller)
      default:
        return { replies: [{ ticket: caller.ticket, reply: this.#read(request, view) }] }
    }
  }

  #isConsumer(groupId: string): boolean {
    return this.registry.get(groupId)?.kind === 'consumer'
  }

  /** What changes nothing. */
  #read(request: ReadingRequest, view: ShardView): GroupReply {
    switch (request.kind) {
      case 'offset-fetch':
        return this.#offsets.fetch(request.body)
      case 'list-groups':
        return listGroups(this.registry, request.body)
      case 'describe-groups':
        return describeClassicGroups(this.registry, this.#classic, request.body.groupIds)
      case 'consumer-group-describe':
        return describeConsumerGroups(this.registry, this.#consumer, { ...request.body, image: view.image })
    }
  }

  replay(offset: number, record: ShardRecord): void {
    switch (REPLAYED_BY.get(record.pair.key.apiKey)) {
      case 'offsets':
        this.#offsets.replay(offset, record)
        break
      case 'classic':
        this.#classic.replayGroupMetadata(record)
        break
      case 'consumer':
        this.#consumer.replay(offset, record)
        break
    }
  }

  apply(soft: GroupSoft): void {
    switch (areaOf(soft.kind, '-')) {
      case 'classic':
        this.#classic.apply(soft as Parameters<ClassicGroups['apply']>[0])
        break
      case 'consumer':
        this.#consumer.apply(soft as Parameters<ConsumerGroups['apply']>[0])
        break
      case 'offsets':
        this.#offsets.apply(soft as Parameters<GroupOffsets['apply']>[0])
        break
    }
  }

  loaded(view: ShardView): GroupOutcome {
    return outcomes([this.#classic.loaded(view), this.#consumer.loaded(view), this.#offsets.loaded()])
  }

  expired(timerKey: string, view: ShardView): GroupOutcome {
    switch (areaOf(timerKey, ':')) {
      case 'classic':
        return this.#classic.expired(timerKey, view)
      case 'consumer':
        return this.#consumer.expired(timerKey, view)
      case 'offsets':
        return this.#offsets.expired(timerKey, view)
    }
  }

  finished(result: GroupResult, view: ShardView): GroupOutcome {
    return this.#consumer.finished(result, view)
  }

  imageChanged(delta: MetadataDelta, view: ShardView): GroupOutcome {
    return outcomes([this.#consumer.imageChanged(delta, view), this.#offsets.imageChanged(delta, view)])
  }

  /** About what the members of the classic groups take. */
  get memberBytes(): number {
    return this.registry.memberBytes
  }

  /** For metrics. Looks at every group. */
  counts(): GroupCounts {
    return groupCounts(this.registry, this.#offsets.size)
  }
}

type ReadingRequest = Extract<
  GroupRequest,
  { kind: 'offset-fetch' | 'list-groups' | 'describe-groups' | 'consumer-group-describe' }
>

/** By the first word of a soft change's kind or of a timer's key. */
function areaOf(name: string, separator: string): Area {
  const word = name.slice(0, name.indexOf(separator))
  if (word === 'classic' || word === 'consumer') return word
  return 'offsets'
}
