/**
 * DeleteGroups (42), versions 0-2: groups without members go, with all their offsets (KIP-229). Each group is asked of its coordinator by itself:
 * the tombstones of many would not fit one batch.
 */
import type { DeletedGroup } from '@ottla/coordinator'
import { DeleteGroupsRequest, type DeleteGroupsResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import type { Handler, RequestContext } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { atMost } from './at-most.ts'
import { CALLS_MAX } from './group-batches.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof DeleteGroupsResponse>

export function deleteGroupsHandler(parts: GroupParts): Handler<DeleteGroupsRequest, Response> {
  return {
    api: DeleteGroupsRequest.apiKey,
    min: 0,
    max: 2,
    async handle(context, { groupsNames }) {
      checkItems(groupsNames.length, 'groups')
      const limits = { limit: CALLS_MAX, closed: context.connection.closed }
      const results = await atMost([...new Set(groupsNames)], limits, (groupId) => deleted(parts, context, groupId))
      return { throttleTimeMs: 0, results }
    },
  }
}

async function deleted(parts: GroupParts, context: RequestContext, groupId: string): Promise<DeletedGroup> {
  if (!parts.security.authorize(context, 'DELETE', groupResource(groupId))) {
    return { groupId, errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED }
  }
  try {
    const [result] = await parts.groups.call(groupId, 'delete-groups', { groupIds: [groupId] }, context)
    return result ?? { groupId, errorCode: ErrorCode.UNKNOWN_SERVER_ERROR }
  } catch (error) {
    return { groupId, errorCode: groupFailure(error).errorCode }
  }
}
