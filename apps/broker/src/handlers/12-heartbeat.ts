/**
 * Heartbeat (12), versions 0-4: a member of a classic group is alive, and hears of rebalances. While the coordinator loads the group every
 * member is taken for alive: an error would send all of them to look for another coordinator.
 */
import { ErrorCode, HeartbeatRequest, type HeartbeatResponse, type InferInput } from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'

type Response = InferInput<typeof HeartbeatResponse>

export function heartbeatHandler(parts: GroupParts): Handler<HeartbeatRequest, Response> {
  return {
    api: HeartbeatRequest.apiKey,
    min: 0,
    max: 4,
    async handle(context, request) {
      const { groupId } = request
      if (!parts.security.authorize(context, 'READ', groupResource(groupId))) {
        return { errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED }
      }
      if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID }
      try {
        return await parts.groups.call(groupId, 'heartbeat', request, context)
      } catch (error) {
        const { errorCode } = groupFailure(error)
        return { errorCode: errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : errorCode }
      }
    },
  }
}
