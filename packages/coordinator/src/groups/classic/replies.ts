import { ErrorCode, type ErrorName } from '@ottla/protocol'
import type { GroupCalls } from '../requests.ts'
import type { Phase } from './classic-group.ts'
import { type ClassicMember, metadataOf, NO_BYTES } from './classic-member.ts'

export type JoinReply = GroupCalls['join-group']['reply']
export type SyncReply = GroupCalls['sync-group']['reply']

/** From this version of JoinGroup on the protocol's name may be null. */
const NULL_PROTOCOL = 7

/** A join that is refused. */
export function joinError(error: ErrorName, memberId: string, apiVersion: number): JoinReply {
  return {
    errorCode: ErrorCode[error],
    generationId: -1,
    protocolType: null,
    protocolName: apiVersion < NULL_PROTOCOL ? '' : null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  }
}

/** A join that has succeeded; `members` are for the leader alone. */
export function joined(phase: Phase, memberId: string, members: JoinReply['members'] = []): JoinReply {
  return {
    errorCode: 0,
    generationId: phase.generation,
    protocolType: phase.protocolType,
    protocolName: phase.protocol ?? '',
    leader: phase.leader ?? '',
    skipAssignment: false,
    memberId,
    members,
  }
}

/** What the leader is told of the members. */
export function joinedMembers(phase: Phase, members: Iterable<ClassicMember>): JoinReply['members'] {
  return Array.from(members, (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: metadataOf(member, phase.protocol) ?? NO_BYTES,
  }))
}

export function syncError(error: ErrorName): SyncReply {
  return { errorCode: ErrorCode[error], protocolType: null, protocolName: null, assignment: NO_BYTES }
}

export function synced(phase: Phase, assignment: Uint8Array): SyncReply {
  return { errorCode: 0, protocolType: phase.protocolType, protocolName: phase.protocol, assignment }
}
