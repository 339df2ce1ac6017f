import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import type { CallOptions } from '../../retry.ts'
import { failed, type Outcome, succeeded, unwrap } from '../outcome.ts'
import { settleAtCoordinators } from './coordinators.ts'
import { describeConsumerGroups } from './describe-consumer-groups.ts'

/** A member by the id that its group gave it, or a static one by its own. */
export type MemberToRemove = { readonly memberId: string } | { readonly instanceId: string }

export interface RemovedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly outcome: Outcome<void>
}

export interface RemoveMembersOptions extends CallOptions {
  /** For the coordinator's log (KIP-800). */
  readonly reason?: string
}

const API_NAME = 'LeaveGroup'
const REASON = 'member was removed by an admin'
/** Members of other connections can be named since then (KIP-345). */
const MEMBERS_VERSION = 3

/** Has members leave their group, as if they had asked for it. Rejects where the group as a whole cannot be asked. */
export async function removeMembers(
  cluster: Cluster,
  { groupId, members }: { readonly groupId: string; readonly members: 'all' | readonly MemberToRemove[] },
  options: RemoveMembersOptions,
): Promise<RemovedMember[]> {
  const chosen = members === 'all' ? await membersOf(cluster, groupId, options) : members
  if (chosen.length === 0) return []
  const reason = options.reason ?? REASON
  const body = { groupId, memberId: '', members: chosen.map((member) => ({ ...identityOf(member), reason })) }
  const outcomes = await settleAtCoordinators<RemovedMember[]>(cluster, [groupId], {
    options,
    send: async ({ id }, _, call) => {
      const versions = { min: MEMBERS_VERSION }
      const answer = await cluster.send({ brokerId: id }, API.leaveGroup, body, { call, versions })
      const outcome: Outcome<RemovedMember[]> =
        answer.errorCode === 0
          ? succeeded(answer.members.map(removedMember))
          : failed(answer.errorCode, null, { api: API_NAME })
      return new Map([[groupId, outcome]])
    },
  })
  return unwrap(outcomes.get(groupId)!)
}

/** A static member goes by its own id: its group may give it another one meanwhile. */
async function membersOf(cluster: Cluster, groupId: string, options: CallOptions): Promise<MemberToRemove[]> {
  const { members } = unwrap((await describeConsumerGroups(cluster, [groupId], options)).get(groupId)!)
  return members.map(({ memberId, instanceId }) => (instanceId === null ? { memberId } : { instanceId }))
}

function identityOf(member: MemberToRemove): { memberId: string; groupInstanceId: string | null } {
  if ('memberId' in member) return { memberId: member.memberId, groupInstanceId: null }
  return { memberId: '', groupInstanceId: member.instanceId }
}

function removedMember(member: {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly errorCode: number
}): RemovedMember {
  const { memberId, groupInstanceId: instanceId, errorCode } = member
  const outcome: Outcome<void> = errorCode === 0 ? succeeded(undefined) : failed(errorCode, null, { api: API_NAME })
  return { memberId, instanceId, outcome }
}
