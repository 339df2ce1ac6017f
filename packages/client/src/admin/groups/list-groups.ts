import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import { ClientError } from '../../errors.ts'
import type { Call, CallOptions } from '../../retry.ts'
import { type GroupState, type GroupType, groupStateOf, groupTypeOf } from './group-state.ts'

export interface GroupListing {
  readonly groupId: string
  /** `consumer`, `connect`, …; empty for a group that only has offsets. */
  readonly protocolType: string
  /** undefined from brokers before 2.6. */
  readonly state: GroupState | undefined
  /** undefined from brokers before 3.8. */
  readonly type: GroupType | undefined
}

export interface ListGroupsOptions extends CallOptions {
  /** Only groups in one of these states; all when there are none. */
  readonly states?: readonly GroupState[]
  readonly types?: readonly GroupType[]
  /** Only groups of these protocol types; an empty text stands for groups that only have offsets. */
  readonly protocolTypes?: readonly string[]
}

const API_NAME = 'ListGroups'
const STATES_VERSION = 4
const TYPES_VERSION = 5

/** All groups that match, by group id. Each broker is asked for those it coordinates; a broker that is loading is asked again. */
export async function listGroups(cluster: Cluster, options: ListGroupsOptions): Promise<GroupListing[]> {
  const found = new Map<string, GroupListing>()
  const done = new Set<number>()
  await cluster.retrying(options, async (call) => {
    const { brokers } = await cluster.metadata('none', call)
    const open = brokers.map(({ nodeId }) => nodeId).filter((id) => !done.has(id))
    const answers = await Promise.allSettled(open.map((id) => groupsOf(cluster, id, { call, options })))
    answers.forEach((answer, index) => {
      if (answer.status === 'rejected') return
      done.add(open[index]!)
      // While a coordinator moves, two brokers may know of a group: the first answer counts.
      for (const listing of answer.value) if (!found.has(listing.groupId)) found.set(listing.groupId, listing)
    })
    const refused = answers.find((answer) => answer.status === 'rejected')
    if (refused !== undefined) throw refused.reason
  })
  const { protocolTypes } = options
  const listings = [...found.values()].sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
  if (protocolTypes === undefined) return listings
  return listings.filter(({ protocolType }) => protocolTypes.includes(protocolType))
}

async function groupsOf(
  cluster: Cluster,
  brokerId: number,
  { call, options }: { readonly call: Call; readonly options: ListGroupsOptions },
): Promise<GroupListing[]> {
  const states = options.states ?? []
  const types = options.types ?? []
  const min = types.length > 0 ? TYPES_VERSION : states.length > 0 ? STATES_VERSION : 0
  const body = { statesFilter: [...states], typesFilter: [...types] }
  const answer = await cluster.send({ brokerId }, API.listGroups, body, { call, versions: { min } })
  if (answer.errorCode !== 0)
    throw ClientError.fromCode(answer.errorCode, null, { api: API_NAME, broker: String(brokerId) })
  return answer.groups.map(({ groupId, protocolType, groupState, groupType }) => ({
    groupId,
    protocolType,
    state: groupState === '' ? undefined : groupStateOf(groupState),
    type: groupType === '' ? undefined : groupTypeOf(groupType),
  }))
}
