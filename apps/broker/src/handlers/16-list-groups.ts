/**
 * ListGroups (16), versions 0-5: the groups that this broker coordinates, which are all of a cluster's only together with those of the other
 * brokers. 4: filter by state (KIP-518). 5: filter by type (KIP-848). Who may describe the cluster sees all groups, others those
 * that they may describe.
 */
import { ErrorCode, type InferInput, ListGroupsRequest, type ListGroupsResponse } from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { CLUSTER, groupResource } from '../security/resources.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { answersMuch, checkItems } from './request-limit.ts'

type Response = InferInput<typeof ListGroupsResponse>

export function listGroupsHandler(parts: GroupParts): Handler<ListGroupsRequest, Response> {
  return {
    api: ListGroupsRequest.apiKey,
    min: 0,
    max: 5,
    serial: answersMuch,
    async handle(context, { statesFilter, typesFilter }) {
      checkItems(statesFilter.length + typesFilter.length, 'filters')
      const { security } = parts
      try {
        const listed = await parts.groups.list({ states: statesFilter, types: typesFilter }, context)
        const seesAll = security.authorize(context, 'DESCRIBE', CLUSTER)
        const groups = seesAll
          ? [...listed]
          : listed.filter(({ groupId }) => security.authorize(context, 'DESCRIBE', groupResource(groupId)))
        return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, groups }
      } catch (error) {
        return { throttleTimeMs: 0, errorCode: groupFailure(error).errorCode, groups: [] }
      }
    },
  }
}
