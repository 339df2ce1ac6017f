import { ConsumerGroupDescribeRequest, type ConsumerGroupDescribeResponse, ProtocolError } from '@ottla/protocol'
import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import { ClientError } from '../../errors.ts'
import type { Call, CallOptions } from '../../retry.ts'
import type { TopicPartition } from '../leaders.ts'
import { failed, type Outcome, succeeded } from '../outcome.ts'
import { type Coordinator, missingGroup, settleAtCoordinators } from './coordinators.ts'
import { askForClassicGroups, assignedPartitions, type ClassicGroupDescription } from './describe-classic-groups.ts'
import { type GroupState, groupStateOf } from './group-state.ts'

export interface ConsumerMemberDescription {
  readonly memberId: string
  /** Of a static member (KIP-345). */
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly host: string
  /** What the member owns now. */
  readonly assignment: readonly TopicPartition[]
  /** What it is to own; undefined in a group of the classic protocol. */
  readonly targetAssignment: readonly TopicPartition[] | undefined
  /** undefined in a group of the classic protocol. */
  readonly memberEpoch: number | undefined
  /** Whether the member speaks the consumer protocol; undefined where nobody says. */
  readonly upgraded: boolean | undefined
}

/** A group of consumers in either protocol (KIP-848). */
export interface ConsumerGroupDescription {
  readonly groupId: string
  readonly type: 'Classic' | 'Consumer'
  readonly state: GroupState
  /** The assignor; empty where there is none. */
  readonly assignor: string
  readonly members: readonly ConsumerMemberDescription[]
  readonly coordinator: Coordinator
  /** undefined in a group of the classic protocol. */
  readonly groupEpoch: number | undefined
  readonly targetAssignmentEpoch: number | undefined
}

const API_NAME = 'ConsumerGroupDescribe'
const CONSUMER_PROTOCOL_TYPE = 'consumer'
const MEMBER_TYPES: readonly (boolean | undefined)[] = [false, true]
/** What a group that is none of the consumer protocol is refused with, and a broker that does not have it. */
const ASK_CLASSIC: ReadonlySet<string> = new Set(['GROUP_ID_NOT_FOUND', 'UNSUPPORTED_VERSION'])

/**
 * Groups of consumers, whichever protocol they use. A group that nobody knows is GROUP_ID_NOT_FOUND, one of another kind
 * INVALID_GROUP_ID.
 */
export function describeConsumerGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: CallOptions,
): Promise<Map<string, Outcome<ConsumerGroupDescription>>> {
  return settleAtCoordinators(cluster, groupIds, {
    options,
    send: (coordinator, groups, call) => askInBothProtocols(cluster, groups, { coordinator, call }),
  })
}

interface Asking {
  readonly coordinator: Coordinator
  readonly call: Call
}

async function askInBothProtocols(
  cluster: Cluster,
  groupIds: readonly string[],
  asking: Asking,
): Promise<Map<string, Outcome<ConsumerGroupDescription>>> {
  const connection = await cluster.connect({ brokerId: asking.coordinator.id }, asking.call)
  const outcomes = connection.serves(ConsumerGroupDescribeRequest)
    ? await askForConsumerGroups(cluster, groupIds, asking)
    : new Map<string, Outcome<ConsumerGroupDescription>>()
  const others = groupIds.filter((groupId) => isForClassic(outcomes.get(groupId)))
  if (others.length === 0) return outcomes
  for (const [groupId, outcome] of await askForClassicGroups(cluster, others, asking))
    outcomes.set(groupId, outcome.ok ? consumersOfClassic(outcome.value) : outcome)
  return outcomes
}

function isForClassic(outcome: Outcome<unknown> | undefined): boolean {
  return outcome === undefined || (!outcome.ok && ASK_CLASSIC.has(outcome.error.errorName))
}

async function askForConsumerGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  { coordinator, call }: Asking,
): Promise<Map<string, Outcome<ConsumerGroupDescription>>> {
  const body = { groupIds: [...groupIds], includeAuthorizedOperations: false }
  const { groups } = await cluster.send({ brokerId: coordinator.id }, API.consumerGroupDescribe, body, { call })
  const byId = new Map(groups.map((group) => [group.groupId, group]))
  return new Map(
    groupIds.map((groupId) => {
      const group = byId.get(groupId)
      return [groupId, group === undefined ? missingGroup(API_NAME, groupId) : describedGroup(group, coordinator)]
    }),
  )
}

type Answer = ConsumerGroupDescribeResponse['groups'][number]

function describedGroup(group: Answer, coordinator: Coordinator): Outcome<ConsumerGroupDescription> {
  const { errorCode, errorMessage, groupId } = group
  if (errorCode !== 0) return failed(errorCode, errorMessage, { api: API_NAME })
  return succeeded({
    groupId,
    type: 'Consumer',
    state: groupStateOf(group.groupState),
    assignor: group.assignorName,
    members: group.members.map(describedMember),
    coordinator,
    groupEpoch: group.groupEpoch,
    targetAssignmentEpoch: group.assignmentEpoch,
  })
}

function describedMember(member: Answer['members'][number]): ConsumerMemberDescription {
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    clientId: member.clientId,
    host: member.clientHost,
    assignment: partitionsOf(member.assignment),
    targetAssignment: partitionsOf(member.targetAssignment),
    memberEpoch: member.memberEpoch,
    upgraded: MEMBER_TYPES[member.memberType],
  }
}

function partitionsOf({ topicPartitions }: Answer['members'][number]['assignment']): TopicPartition[] {
  return topicPartitions.flatMap(({ topicName: topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  )
}

function consumersOfClassic(group: ClassicGroupDescription): Outcome<ConsumerGroupDescription> {
  const { groupId, protocolType, members, coordinator, state, protocol: assignor } = group
  if (protocolType !== CONSUMER_PROTOCOL_TYPE && protocolType !== '') {
    const message = `GroupId ${groupId} is not a consumer group (${protocolType}).`
    return { ok: false, error: new ClientError('INVALID_GROUP_ID', message, { api: 'DescribeGroups' }) }
  }
  try {
    const described = members.map(({ metadata: _, assignment, ...member }) => ({
      ...member,
      rackId: null,
      assignment: assignedPartitions(assignment),
      targetAssignment: undefined,
      memberEpoch: undefined,
      upgraded: undefined,
    }))
    const epochs = { groupEpoch: undefined, targetAssignmentEpoch: undefined }
    return succeeded({ groupId, type: 'Classic', state, assignor, members: described, coordinator, ...epochs })
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const message = `the assignment of a member of group ${groupId} cannot be read: ${error.message}`
    return { ok: false, error: new ClientError('UNKNOWN_SERVER_ERROR', message, { api: 'DescribeGroups' }) }
  }
}
