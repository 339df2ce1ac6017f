import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import type { CallOptions } from '../../retry.ts'
import { failed, type Outcome, succeeded } from '../outcome.ts'
import { missingGroup, settleAtCoordinators } from './coordinators.ts'

const API_NAME = 'DeleteGroups'

/** Deletes groups with their offsets. One that has members is refused with NON_EMPTY_GROUP. */
export function deleteGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: CallOptions,
): Promise<Map<string, Outcome<void>>> {
  return settleAtCoordinators<void>(cluster, groupIds, {
    options,
    send: async ({ id }, groups, call) => {
      const body = { groupsNames: [...groups] }
      const { results } = await cluster.send({ brokerId: id }, API.deleteGroups, body, { call })
      const codes = new Map(results.map(({ groupId, errorCode }) => [groupId, errorCode]))
      return new Map(groups.map((groupId) => [groupId, outcomeOf(groupId, codes.get(groupId))]))
    },
  })
}

function outcomeOf(groupId: string, errorCode: number | undefined): Outcome<void> {
  if (errorCode === undefined) return missingGroup(API_NAME, groupId)
  return errorCode === 0 ? succeeded(undefined) : failed(errorCode, null, { api: API_NAME })
}
