/** The record of a classic group: one generation with its members and their assignments (type 2 of `__consumer_offsets`). */

import {
  CONSUMER_OFFSETS_RECORDS,
  GroupMetadataKey,
  type GroupMetadataValue,
} from '@ottla/protocol/coordinator-records'
import { assert } from '@ottla/runtime'
import type { ShardRecord } from '../../shard.ts'
import { type ClassicMember, metadataOf, NO_BYTES, owned, sameBytes } from './classic-member.ts'

/** The version that Kafka writes: older brokers read it. */
const VALUE_VERSION = 3

export type GroupMetadataRecord = ShardRecord<GroupMetadataKey, GroupMetadataValue>

/** What the record carries. */
export interface GroupGeneration {
  readonly groupId: string
  readonly generation: number
  /** Null until the first member has joined. */
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly leader: string | null
  /** When the group came into the state that it is in; undefined if an old record did not say. */
  readonly stateTimestampMs: number | undefined
}

export function groupMetadataRecord(
  group: GroupGeneration,
  members: Iterable<ClassicMember>,
  assignments?: ReadonlyMap<string, Uint8Array>,
): GroupMetadataRecord {
  const value = {
    protocolType: group.protocolType ?? '',
    generation: group.generation,
    protocol: group.protocol,
    leader: group.leader,
    currentStateTimestamp: group.stateTimestampMs ?? -1,
    members: Array.from(members, (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeout: member.rebalanceTimeoutMs,
      sessionTimeout: member.sessionTimeoutMs,
      subscription: metadataOf(member, group.protocol) ?? NO_BYTES,
      assignment: assignments === undefined ? member.assignment : (assignments.get(member.memberId) ?? NO_BYTES),
    })),
  }
  return { ...groupMetadataTombstone(group.groupId), value, valueVersion: VALUE_VERSION }
}

export function groupMetadataTombstone(groupId: string): GroupMetadataRecord {
  const pair = CONSUMER_OFFSETS_RECORDS.get(GroupMetadataKey.apiKey)
  assert(pair !== undefined, 'the table of record types has the groups')
  return { pair, key: { group: groupId }, value: null, valueVersion: VALUE_VERSION }
}

/** The members of a record; what a group in memory knows of them beyond it is kept while the record says the same. */
export function membersOfRecord(
  value: GroupMetadataValue,
  before: ReadonlyMap<string, ClassicMember>,
): readonly ClassicMember[] {
  return value.members.map((member) => {
    const old = before.get(member.memberId)
    const known = old === undefined ? undefined : metadataOf(old, value.protocol)
    const same = old !== undefined && known !== undefined && sameBytes(known, member.subscription)
    return {
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs: member.rebalanceTimeout === -1 ? member.sessionTimeout : member.rebalanceTimeout,
      sessionTimeoutMs: member.sessionTimeout,
      protocols: same ? old.protocols : [{ name: value.protocol ?? '', metadata: owned(member.subscription) }],
      assignment: owned(member.assignment),
    }
  })
}
