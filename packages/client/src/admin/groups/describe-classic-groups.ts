import { ConsumerProtocolAssignment, type DescribeGroupsResponse, decodeMessage, ProtocolError } from '@ottla/protocol'
import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import { ClientError } from '../../errors.ts'
import type { Call, CallOptions } from '../../retry.ts'
import type { TopicPartition } from '../leaders.ts'
import { failed, type Outcome, succeeded } from '../outcome.ts'
import { type Coordinator, missingGroup, settleAtCoordinators } from './coordinators.ts'
import { type GroupState, groupStateOf } from './group-state.ts'

export interface ClassicMemberDescription {
  readonly memberId: string
  /** Of a static member (KIP-345). */
  readonly instanceId: string | null
  readonly clientId: string
  readonly host: string
  /** What the member subscribes to, in the bytes of its protocol; empty unless the group is stable. */
  readonly metadata: Uint8Array
  /** What it was assigned, in the bytes of its protocol. */
  readonly assignment: Uint8Array
}

export interface ClassicGroupDescription {
  readonly groupId: string
  /** `consumer`, `connect`, …; empty for a group that only has offsets. */
  readonly protocolType: string
  /** The assignor that the members agreed upon; empty unless the group is stable. */
  readonly protocol: string
  readonly state: GroupState
  readonly members: readonly ClassicMemberDescription[]
  readonly coordinator: Coordinator
}

const API_NAME = 'DescribeGroups'

/** Groups of the classic protocol, of whatever kind. A group that nobody knows is GROUP_ID_NOT_FOUND. */
export function describeClassicGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: CallOptions,
): Promise<Map<string, Outcome<ClassicGroupDescription>>> {
  return settleAtCoordinators(cluster, groupIds, {
    options,
    send: (coordinator, groups, call) => askForClassicGroups(cluster, groups, { coordinator, call }),
  })
}

/** One request to one coordinator, without retry. */
export async function askForClassicGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  { coordinator, call }: { readonly coordinator: Coordinator; readonly call: Call },
): Promise<Map<string, Outcome<ClassicGroupDescription>>> {
  const body = { groups: [...groupIds], includeAuthorizedOperations: false }
  const { groups } = await cluster.send({ brokerId: coordinator.id }, API.describeGroups, body, { call })
  const byId = new Map(groups.map((group) => [group.groupId, group]))
  return new Map(
    groupIds.map((groupId) => {
      const group = byId.get(groupId)
      return [groupId, group === undefined ? missingGroup(API_NAME, groupId) : describedGroup(group, coordinator)]
    }),
  )
}

type Answer = DescribeGroupsResponse['groups'][number]

function describedGroup(group: Answer, coordinator: Coordinator): Outcome<ClassicGroupDescription> {
  const { errorCode, errorMessage, groupId, groupState, protocolType, protocolData: protocol } = group
  if (errorCode !== 0) return failed(errorCode, errorMessage, { api: API_NAME })
  const state = groupStateOf(groupState)
  // Before version 6 a group that is not there was a dead one (KIP-1043).
  if (state === 'Dead') return { ok: false, error: notFound(groupId) }
  const members = group.members.map((member) => ({
    memberId: member.memberId,
    instanceId: member.groupInstanceId,
    clientId: member.clientId,
    host: member.clientHost,
    metadata: member.memberMetadata,
    assignment: member.memberAssignment,
  }))
  return succeeded({ groupId, protocolType, protocol, state, members, coordinator })
}

/** In Kafka's words. */
function notFound(groupId: string): ClientError {
  return new ClientError('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`, { api: API_NAME })
}

const VERSION_BYTES = 2

/**
 * The partitions in an assignment of the `consumer` protocol type; a later version only adds fields at the end. None for an empty one.
 * Throws a `ProtocolError` for bytes that are none.
 */
export function assignedPartitions(bytes: Uint8Array): TopicPartition[] {
  if (bytes.length === 0) return []
  if (bytes.length < VERSION_BYTES) throw new ProtocolError('an assignment without a version')
  const theirs = new DataView(bytes.buffer, bytes.byteOffset).getInt16(0)
  const version = Math.max(0, Math.min(theirs, ConsumerProtocolAssignment.versions.max))
  const { assignedPartitions: topics } = decodeMessage(ConsumerProtocolAssignment, version, bytes, VERSION_BYTES)
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}
