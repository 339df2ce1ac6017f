/**
 * SyncGroup (14), versions 0-5: the leader of a classic group brings the assignment, each member gets its own. The others are answered when
 * the leader's has come and is written down.
 */
import { ErrorCode, type InferInput, SyncGroupRequest, type SyncGroupResponse } from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof SyncGroupResponse>

const NOTHING = new Uint8Array(0)

export function syncGroupHandler(parts: GroupParts): Handler<SyncGroupRequest, Response> {
  const refuse = (errorCode: number): Response => ({ errorCode, assignment: NOTHING })
  return {
    api: SyncGroupRequest.apiKey,
    min: 0,
    max: 5,
    handle(context, request) {
      const { groupId } = request
      checkItems(request.assignments.length, 'assignments')
      if (!parts.security.authorize(context, 'READ', groupResource(groupId))) {
        return refuse(ErrorCode.GROUP_AUTHORIZATION_FAILED)
      }
      if (groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID)
      // No function waits here: it would keep the request for as long as the leader takes, in memory that nobody counts.
      return parts.groups
        .call(groupId, 'sync-group', request, context)
        .catch((error: unknown) => refuse(groupFailure(error).errorCode))
    },
  }
}
