/** The consumer groups of a shard: each request, timer and change of topics against the group that it concerns. */
import type {
  ConsumerGroupHeartbeatRequest,
  HeartbeatRequest,
  JoinGroupRequest,
  LeaveGroupRequest,
  SyncGroupRequest,
} from '@ottla/protocol'
import type { MetadataDelta, MetadataImage } from '@ottla/replication'
import { assert } from '@ottla/runtime'
import type { Caller, ShardRecord, ShardView } from '../../shard.ts'
import type { GroupOutcome } from '../area.ts'
import { leaveReply, leavingMembers } from '../classic/leave.ts'
import { joinError, syncError } from '../classic/replies.ts'
import { lacksProtocol } from '../classic/sync.ts'
import { outcomes } from '../outcomes.ts'
import type { DescribedConsumerGroup, GroupReply } from '../requests.ts'
import { applyRecord } from './changes.ts'
import {
  heartbeatOfClassicMember,
  joinOfClassicMember,
  leaveOfMembers,
  syncOfClassicMember,
} from './classic-requests.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { GROUP_EPOCH } from './consumer-records.ts'
import type { ConsumerSoft } from './consumer-soft.ts'
import { describeConsumerGroup } from './describe.ts'
import { drafted, GroupDraft } from './draft.ts'
import type { ConsumerEffect, ConsumerResult } from './effects.ts'
import { leaveByHeartbeat } from './fence.ts'
import { heartbeatOfMember, NO_REPLY } from './heartbeat.ts'
import { affectedGroups, afterLoad, topicsMatched } from './refresh.ts'
import { GroupRefusal, orRefused } from './refusal.ts'
import { renewSession } from './steps.ts'
import { timeIsUp } from './time-is-up.ts'
import { expiredTimer } from './timers.ts'
import { upgraded } from './upgrade.ts'
import { checkHeartbeat } from './validate.ts'
import type { ConsumerParts, ConsumerWorld, Work } from './world.ts'

export type { ConsumerEffect, ConsumerResult, ConsumerSoft }

export class ConsumerGroups {
  readonly #world: ConsumerWorld
  #image: MetadataImage | undefined
  readonly #resolving = new Set<string>()
  readonly #rejoins = new Set<string>()

  constructor(parts: ConsumerParts) {
    this.#world = {
      ...parts,
      topicIds: (topic) => this.#image?.topics.get(topic)?.id,
      isResolving: (groupId) => this.#resolving.has(groupId),
      isRejoinExpected: (timerKey) => this.#rejoins.has(timerKey),
    }
  }

  /** ConsumerGroupHeartbeat, to whatever there is under the group's id. */
  heartbeat(body: ConsumerGroupHeartbeatRequest, caller: Caller, view: ShardView): GroupOutcome {
    return orRefused(
      () => {
        checkHeartbeat(body, { apiVersion: caller.apiVersion, settings: this.#world.settings() })
        if (body.memberEpoch < 0) {
          return this.#answered(this.#existing(body.groupId), { caller, view }, (work) => leaveByHeartbeat(work, body))
        }
        const draft = this.#draftFor(body, view)
        return this.#answered(draft, { caller, view }, (work) => heartbeatOfMember(work, body, caller))
      },
      ({ code, message }) => refused(caller, { ...NO_REPLY, errorCode: code, errorMessage: message }),
    )
  }

  /** JoinGroup to a consumer group. One without members gives way to a classic group. */
  join(body: JoinGroupRequest, caller: Caller, view: ShardView): GroupOutcome {
    const group = this.#known(body.groupId)
    if (group.isEmpty) return this.#world.classic.join(body, caller, view, group.tombstones())
    return orRefused(
      () => this.#answered(new GroupDraft(group), { caller, view }, (work) => joinOfClassicMember(work, body, caller)),
      (refusal) => refused(caller, { ...joinError('NONE', '', caller.apiVersion), errorCode: refusal.code }),
    )
  }

  sync(body: SyncGroupRequest, caller: Caller, view: ShardView): GroupOutcome {
    if (lacksProtocol(body, caller.apiVersion)) return refused(caller, syncError('INCONSISTENT_GROUP_PROTOCOL'))
    return orRefused(
      () => {
        const draft = new GroupDraft(this.#known(body.groupId))
        return this.#answered(draft, { caller, view }, (work) => syncOfClassicMember(work, body))
      },
      ({ code }) => refused(caller, { ...syncError('NONE'), errorCode: code }),
    )
  }

  classicHeartbeat(body: HeartbeatRequest, caller: Caller, view: ShardView): GroupOutcome {
    return orRefused(
      () => {
        const draft = new GroupDraft(this.#known(body.groupId))
        return this.#answered(draft, { caller, view }, (work) => heartbeatOfClassicMember(work, body))
      },
      ({ code }) => refused(caller, { throttleTimeMs: 0, errorCode: code }),
    )
  }

  leave(body: LeaveGroupRequest, caller: Caller, view: ShardView): GroupOutcome {
    const leaving = leavingMembers(body, caller.apiVersion)
    const draft = new GroupDraft(this.#known(body.groupId))
    return this.#answered(draft, { caller, view }, (work) =>
      leaveReply(leaveOfMembers(work, leaving), caller.apiVersion),
    )
  }

  describe(group: ConsumerGroup, image: MetadataImage): DescribedConsumerGroup {
    return describeConsumerGroup(group, { image, assignors: this.#world.settings().consumerAssignors })
  }

  /** A group comes to be with its first record, in the place of a classic one that stands only for offsets or has been left behind. */
  replay(_offset: number, record: ShardRecord): void {
    const { registry } = this.#world
    const { groupId } = record.key as { groupId: string }
    const found = registry.get(groupId)
    if (record.value === null) {
      if (found?.kind !== 'consumer') return
      if (record.pair.key.apiKey === GROUP_EPOCH.key.apiKey) registry.delete(groupId)
      else applyRecord(found, record)
      return
    }
    const group = found?.kind === 'consumer' ? found : new ConsumerGroup(groupId, this.#world.topicIds)
    if (group !== found) registry.set(group)
    applyRecord(group, record)
  }

  apply(soft: ConsumerSoft): void {
    switch (soft.kind) {
      case 'consumer-image':
        this.#image = soft.image
        return
      case 'consumer-resolving':
        put(this.#resolving, soft.groupId, soft.resolving)
        return
      case 'consumer-rejoin':
        put(this.#rejoins, soft.timerKey, soft.expected)
    }
  }

  loaded(view: ShardView): GroupOutcome {
    const parts = this.#groups().map((group) => this.#work(new GroupDraft(group), view, afterLoad))
    return outcomes([{ soft: [{ kind: 'consumer-image', image: view.image }] }, ...parts])
  }

  expired(timerKey: string, view: ShardView): GroupOutcome {
    const expired = expiredTimer(timerKey)
    const group = this.#world.registry.get(expired.groupId)
    const soft: ConsumerSoft[] = this.#rejoins.has(timerKey)
      ? [{ kind: 'consumer-rejoin', timerKey, expected: false }]
      : []
    if (group?.kind !== 'consumer') return { soft }
    return this.#work(new GroupDraft(group), view, (work) => {
      work.draft.soft.push(...soft)
      timeIsUp(work, expired)
    })
  }

  finished(result: ConsumerResult, view: ShardView): GroupOutcome {
    const soft: ConsumerSoft = { kind: 'consumer-resolving', groupId: result.groupId, resolving: false }
    const group = this.#world.registry.get(result.groupId)
    if (group?.kind !== 'consumer') return { soft: [soft] }
    return this.#work(new GroupDraft(group), view, (work) => {
      work.draft.soft.push(soft)
      topicsMatched(work, result)
    })
  }

  imageChanged(delta: MetadataDelta, view: ShardView): GroupOutcome {
    const before = this.#image ?? view.image
    const soft: ConsumerSoft[] = [{ kind: 'consumer-image', image: view.image }]
    return { soft, timers: affectedGroups(this.#groups(), { delta, before, view }) }
  }

  /** A commit of a member that speaks the classic protocol is a sign of life, as in a classic group. */
  committed(group: ConsumerGroup, memberId: string, view: ShardView): GroupOutcome {
    const member = group.members.get(memberId)
    if (member?.classic === undefined) return {}
    return this.#work(new GroupDraft(group), view, (work) => renewSession(work, member))
  }

  #groups(): ConsumerGroup[] {
    const groups: ConsumerGroup[] = []
    for (const group of this.#world.registry.all()) if (group.kind === 'consumer') groups.push(group)
    return groups
  }

  #known(groupId: string): ConsumerGroup {
    const group = this.#world.registry.get(groupId)
    assert(group?.kind === 'consumer', 'requests for a consumer group come here')
    return group
  }

  /** Of a member that leaves. */
  #existing(groupId: string): GroupDraft {
    const group = this.#world.registry.get(groupId)
    if (group?.kind === 'consumer') return new GroupDraft(group)
    throw new GroupRefusal(
      'GROUP_ID_NOT_FOUND',
      group === undefined ? `Group ${groupId} not found.` : `Group ${groupId} is not a consumer group.`,
    )
  }

  /** The group of a heartbeat: there, or made by a member that joins: new, or out of a classic group. */
  #draftFor({ groupId, memberEpoch }: ConsumerGroupHeartbeatRequest, view: ShardView): GroupDraft {
    const found = this.#world.registry.get(groupId)
    if (found?.kind === 'consumer') return new GroupDraft(found)
    if (memberEpoch !== 0) {
      throw new GroupRefusal(
        'GROUP_ID_NOT_FOUND',
        found === undefined ? `Consumer group ${groupId} not found.` : `Group ${groupId} is not a consumer group.`,
      )
    }
    if (found === undefined) return new GroupDraft(new ConsumerGroup(groupId, this.#world.topicIds))
    if (!found.isEmpty) return upgraded(found, { world: this.#world, view })
    return new GroupDraft(new ConsumerGroup(groupId, this.#world.topicIds), found.tombstones())
  }

  #work(draft: GroupDraft, view: ShardView, act: (work: Work) => void): GroupOutcome {
    return drafted(draft, () => {
      act({ world: this.#world, draft, view })
      return draft.outcome([])
    })
  }

  #answered(
    draft: GroupDraft,
    { caller, view }: { readonly caller: Caller; readonly view: ShardView },
    act: (work: Work) => GroupReply,
  ): GroupOutcome {
    return drafted(draft, () => {
      const reply = act({ world: this.#world, draft, view })
      return draft.outcome([{ ticket: caller.ticket, reply }])
    })
  }
}

function refused(caller: Caller, reply: GroupReply): GroupOutcome {
  return { replies: [{ ticket: caller.ticket, reply }] }
}

function put(set: Set<string>, entry: string, isIn: boolean): void {
  if (isIn) set.add(entry)
  else set.delete(entry)
}
