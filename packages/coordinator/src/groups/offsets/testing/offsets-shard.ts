/** The offsets of a shard by themselves, with groups that do as the test says. */

import { type OffsetCommitRequest, ZERO_UUID } from '@ottla/protocol'
import { GroupMetadataKey } from '@ottla/protocol/coordinator-records'
import { silentLogger } from '@ottla/runtime'
import type { Caller, Shard, ShardRecord, ShardView } from '../../../shard.ts'
import type { GroupOutcome, GroupSoft } from '../../area.ts'
import { groupMetadataTombstone } from '../../classic/group-metadata.ts'
import type { Group } from '../../group.ts'
import { type AnyGroup, GroupRegistry } from '../../registry.ts'
import type { GroupReply, GroupRequest } from '../../requests.ts'
import type { GroupSettings } from '../../settings.ts'
import { GroupOffsets } from '../group-offsets.ts'
import type { OffsetSoft } from '../offset-soft.ts'
import type { StepLimits } from '../offset-sweep.ts'
import { ShardRun } from './shard-run.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export interface OffsetsShardOptions {
  /** There from the start, and after each reload. */
  readonly groups?: readonly Partial<Group>[]
  readonly limits?: StepLimits
}

type OffsetsOnly = Shard<GroupRequest, GroupReply, GroupSoft, never, never>

export class OffsetsShard implements OffsetsOnly {
  readonly registry = new GroupRegistry()
  readonly offsets: GroupOffsets
  /** Members whose sessions were renewed. */
  readonly renewed: string[] = []

  constructor({ groups = [], limits }: OffsetsShardOptions) {
    for (const group of groups) this.registry.set(testGroup(group))
    this.offsets = new GroupOffsets({
      registry: this.registry,
      settings: () => SETTINGS as GroupSettings,
      groupSettings: () => ({ sessionTimeoutMs: 45_000, heartbeatIntervalMs: 5000, assignmentIntervalMs: 0 }),
      logger: silentLogger,
      committed: (_group, memberId) => {
        this.renewed.push(memberId)
        return {}
      },
      ...(limits === undefined ? {} : { limits }),
    })
  }

  handle({ kind, body }: GroupRequest, caller: Caller, view: ShardView): GroupOutcome & { effects?: never[] } {
    if (kind === 'offset-commit') return this.#without(this.offsets.commit(body, caller, view))
    if (kind === 'offset-delete') return this.#without(this.offsets.delete(body, caller))
    if (kind === 'delete-groups') return this.#without(this.offsets.deleteGroups(body.groupIds, caller))
    if (kind === 'offset-fetch') return { replies: [{ ticket: caller.ticket, reply: this.offsets.fetch(body) }] }
    throw new Error(`${kind} is not for offsets`)
  }

  replay(offset: number, record: ShardRecord): void {
    if (record.pair.key.apiKey !== GroupMetadataKey.apiKey) this.offsets.replay(offset, record)
    else if (record.value === null) this.registry.delete((record.key as GroupMetadataKey).group)
  }

  apply(soft: GroupSoft): void {
    this.offsets.apply(soft as OffsetSoft)
  }

  loaded() {
    return this.#without(this.offsets.loaded())
  }

  expired(timerKey: string, view: ShardView) {
    return this.#without(this.offsets.expired(timerKey, view))
  }

  finished() {
    return {}
  }

  imageChanged(...args: Parameters<GroupOffsets['imageChanged']>) {
    return this.#without(this.offsets.imageChanged(...args))
  }

  /** Offsets have no effects. */
  #without({ effects: _, ...outcome }: GroupOutcome) {
    return outcome
  }
}

const SETTINGS: Partial<GroupSettings> = {
  offsetMetadataBytesMax: 10,
  offsetsRetentionMs: 7 * DAY_MS,
  offsetsRetentionCheckIntervalMs: HOUR_MS,
}

/** A stable consumer group that refuses nothing. */
function testGroup(group: Partial<Group>): AnyGroup {
  const groupId = group.groupId ?? 'group'
  const whole: Group = {
    groupId,
    kind: 'consumer',
    state: 'Stable',
    isEmpty: false,
    refuseCommit: () => undefined,
    refuseCommitOf: () => undefined,
    refuseFetch: () => undefined,
    refuseDelete: () => undefined,
    refuseOffsetDelete: () => undefined,
    isSubscribedTo: () => false,
    unusedSince: undefined,
    tombstones: () => [groupMetadataTombstone(groupId)],
    listed: () => ({ groupId, protocolType: 'consumer', groupState: 'Stable', groupType: 'consumer' }),
    ...group,
  }
  return whole as AnyGroup
}

export function offsetsRun(options: OffsetsShardOptions = {}) {
  return new ShardRun<GroupRequest, GroupReply, GroupSoft, never, never>(() => new OffsetsShard(options))
}

interface Commit {
  readonly group?: string
  readonly topic?: string
  readonly topicId?: string
  readonly partition?: number
  readonly offset?: number
  readonly leaderEpoch?: number
  readonly metadata?: string | null
  readonly generation?: number
  readonly memberId?: string
  readonly retentionMs?: number
}

/** A commit of one partition. */
export function commit(fields: Commit = {}): Extract<GroupRequest, { kind: 'offset-commit' }> {
  const body: OffsetCommitRequest = {
    groupId: fields.group ?? 'group',
    generationIdOrMemberEpoch: fields.generation ?? -1,
    memberId: fields.memberId ?? '',
    groupInstanceId: null,
    retentionTimeMs: fields.retentionMs ?? -1,
    topics: [
      {
        name: fields.topic ?? 'orders',
        topicId: fields.topicId ?? ZERO_UUID,
        partitions: [
          {
            partitionIndex: fields.partition ?? 0,
            committedOffset: fields.offset ?? 42,
            committedLeaderEpoch: fields.leaderEpoch ?? -1,
            committedMetadata: fields.metadata ?? null,
          },
        ],
      },
    ],
  }
  return { kind: 'offset-commit', body }
}

type FetchedTopics = Readonly<Record<string, number[]>> | null

/** `topics`: partitions by name; null: all. */
export function fetch(
  groupId: string,
  topics: FetchedTopics = null,
  member: { readonly memberId?: string; readonly memberEpoch?: number; readonly topicId?: string } = {},
): Extract<GroupRequest, { kind: 'offset-fetch' }> {
  const { memberId = null, memberEpoch = -1, topicId = ZERO_UUID } = member
  const asked = Object.entries(topics ?? {}).map(([name, partitionIndexes]) => ({ name, topicId, partitionIndexes }))
  const body = { groupId, memberId, memberEpoch, topics: topics && asked, requireStable: true }
  return { kind: 'offset-fetch', body }
}

export function deleteGroups(...groupIds: string[]): GroupRequest {
  return { kind: 'delete-groups', body: { groupIds } }
}
