/** A member of a consumer group, as its records tell. A value: a change makes another one. */
import type {
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataValue,
} from '@ottla/protocol/coordinator-records'
import { type HeldPartitions, NO_PARTITIONS } from './partitions.ts'

/**
 * - stable: it has what the target of its epoch gives it
 * - unrevoked: it has to give up partitions, and has not said that it did
 * - unreleased: it waits for partitions that others hold
 * - unknown: a later version of the coordinator wrote it
 */
export type MemberState = 'stable' | 'unrevoked' | 'unreleased' | 'unknown'

/** What a member that speaks the classic protocol says in JoinGroup. */
export type ClassicMemberMetadata = NonNullable<ConsumerGroupMemberMetadataValue['classicMemberMetadata']>

export interface MemberMetadata {
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Sorted, each once. */
  readonly subscribedTopicNames: readonly string[]
  /** Null and empty: none. */
  readonly subscribedTopicRegex: string | null
  readonly rebalanceTimeoutMs: number
  readonly serverAssignor: string | null
  /** Undefined: it speaks the consumer protocol. */
  readonly classic: ClassicMemberMetadata | undefined
}

export interface MemberAssignment {
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assigned: HeldPartitions
  /** Held still, to be given up. */
  readonly revoking: HeldPartitions
}

export interface ConsumerMember extends MemberMetadata, MemberAssignment {
  readonly memberId: string
}

/** Epochs in requests that are none. */
export const LEAVE_EPOCH = -1
export const STATIC_LEAVE_EPOCH = -2

const STATES: readonly MemberState[] = ['stable', 'unrevoked', 'unreleased']
const UNKNOWN_STATE = 127

export function newMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: [],
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classic: undefined,
    ...NO_ASSIGNMENT,
  }
}

const NO_ASSIGNMENT: MemberAssignment = {
  memberEpoch: 0,
  previousMemberEpoch: 0,
  state: 'stable',
  assigned: NO_PARTITIONS,
  revoking: NO_PARTITIONS,
}

/** What stays of a member whose assignment has a tombstone: it is leaving. */
const LEFT: MemberAssignment = { ...NO_ASSIGNMENT, memberEpoch: LEAVE_EPOCH, previousMemberEpoch: LEAVE_EPOCH }

export function isReconciledTo(member: ConsumerMember, epoch: number): boolean {
  return member.state === 'stable' && member.memberEpoch === epoch
}

/** The expression that it subscribes with, if any. */
export function regexOf(member: MemberMetadata): string | undefined {
  return member.subscribedTopicRegex === null || member.subscribedTopicRegex === ''
    ? undefined
    : member.subscribedTopicRegex
}

export function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, index) => name === b[index]))
}

export function sameMetadata(a: MemberMetadata, b: MemberMetadata): boolean {
  return (
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    sameNames(a.subscribedTopicNames, b.subscribedTopicNames) &&
    a.subscribedTopicRegex === b.subscribedTopicRegex &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.serverAssignor === b.serverAssignor &&
    sameClassic(a.classic, b.classic)
  )
}

function sameClassic(a: ClassicMemberMetadata | undefined, b: ClassicMemberMetadata | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.sessionTimeoutMs === b.sessionTimeoutMs &&
    a.supportedProtocols.length === b.supportedProtocols.length &&
    a.supportedProtocols.every((protocol, index) => {
      const other = b.supportedProtocols[index]!
      return protocol.name === other.name && sameBytes(protocol.metadata, other.metadata)
    })
  )
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** `member` with what a record of type 5 says. */
export function withMetadata(member: ConsumerMember, value: ConsumerGroupMemberMetadataValue): ConsumerMember {
  return {
    ...member,
    instanceId: value.instanceId,
    rackId: value.rackId,
    clientId: value.clientId,
    clientHost: value.clientHost,
    subscribedTopicNames: sortedNames(value.subscribedTopicNames),
    subscribedTopicRegex: value.subscribedTopicRegex,
    rebalanceTimeoutMs: value.rebalanceTimeoutMs,
    serverAssignor: value.serverAssignor,
    classic: kept(value.classicMemberMetadata),
  }
}

/** In bytes of their own: the log's are in a buffer that is used again. */
function kept(classic: ClassicMemberMetadata | null): ClassicMemberMetadata | undefined {
  if (classic === null) return undefined
  const copied = classic.supportedProtocols.map(({ name, metadata }) => ({ name, metadata: new Uint8Array(metadata) }))
  return { ...classic, supportedProtocols: copied }
}

/** `member` with what a record of type 8 says, or its tombstone. */
export function withAssignment(
  member: ConsumerMember,
  value: ConsumerGroupCurrentMemberAssignmentValue | null,
): ConsumerMember {
  if (value === null) return { ...member, ...LEFT }
  return {
    ...member,
    memberEpoch: value.memberEpoch,
    previousMemberEpoch: value.previousMemberEpoch,
    state: STATES[value.state] ?? 'unknown',
    assigned: heldOf(value.assignedPartitions, value.memberEpoch),
    revoking: heldOf(value.partitionsPendingRevocation, value.memberEpoch),
  }
}

export function stateNumber(state: MemberState): number {
  const number = STATES.indexOf(state)
  return number === -1 ? UNKNOWN_STATE : number
}

type RecordedPartitions = ConsumerGroupCurrentMemberAssignmentValue['assignedPartitions']

/** Records from before KIP-1251 have no epochs: then what counts is the member's epoch, which no older commit passes. */
function heldOf(recorded: RecordedPartitions, memberEpoch: number): HeldPartitions {
  if (recorded.length === 0) return NO_PARTITIONS
  return new Map(
    recorded.map(({ topicId, partitions, assignmentEpochs }) => [
      topicId,
      new Map(partitions.map((partition, index) => [partition, assignmentEpochs?.[index] ?? memberEpoch])),
    ]),
  )
}
