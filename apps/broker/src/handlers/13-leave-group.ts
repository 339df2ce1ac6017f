/**
 * LeaveGroup (13), versions 0-5: members leave their group. Up to version 2 one by its id, whose error is that of the answer; from 3 on several,
 * by member or instance id, each with an error of its own (KIP-345).
 */
import { ErrorCode, type InferInput, LeaveGroupRequest, type LeaveGroupResponse } from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof LeaveGroupResponse>

export function leaveGroupHandler(parts: GroupParts): Handler<LeaveGroupRequest, Response> {
  return {
    api: LeaveGroupRequest.apiKey,
    min: 0,
    max: 5,
    async handle(context, request) {
      const { groupId } = request
      checkItems(request.members.length, 'members')
      if (!parts.security.authorize(context, 'READ', groupResource(groupId))) {
        return refused(ErrorCode.GROUP_AUTHORIZATION_FAILED)
      }
      if (groupId === '') return refused(ErrorCode.INVALID_GROUP_ID)
      try {
        return await parts.groups.call(groupId, 'leave-group', request, context)
      } catch (error) {
        return refused(groupFailure(error).errorCode)
      }
    },
  }
}

function refused(errorCode: number): Response {
  return { errorCode, members: [] }
}
