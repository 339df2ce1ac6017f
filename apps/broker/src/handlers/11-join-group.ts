/**
 * JoinGroup (11), versions 0-9: a member takes part in the next generation of a classic group. Answered when that is complete, which may take
 * the group's rebalance timeout; if the connection ends meanwhile the join stays, as the member may come back.
 */
import { ErrorCode, type InferInput, JoinGroupRequest, type JoinGroupResponse } from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof JoinGroupResponse>

/**
 * Most bytes of one member's protocols together: the coordinator keeps them in memory that no request has claimed. What is larger than a
 * batch (max.message.bytes) could not be written down anyway.
 */
const METADATA_BYTES_MAX = 4 * 1024 * 1024
const PROTOCOL_NAME_NULLABLE_FROM = 7

export function joinGroupHandler(parts: GroupParts): Handler<JoinGroupRequest, Response> {
  return {
    api: JoinGroupRequest.apiKey,
    min: 0,
    max: 9,
    handle(context, request) {
      const { groupId } = request
      checkItems(request.protocols.length, 'protocols')
      const refuse = (errorCode: number, memberId = ''): Response => ({
        errorCode,
        protocolName: context.apiVersion >= PROTOCOL_NAME_NULLABLE_FROM ? null : '',
        leader: '',
        memberId,
        members: [],
      })
      if (!parts.security.authorize(context, 'READ', groupResource(groupId))) {
        return refuse(ErrorCode.GROUP_AUTHORIZATION_FAILED)
      }
      if (groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID, request.memberId)
      if (metadataBytes(request) > METADATA_BYTES_MAX) return refuse(ErrorCode.MESSAGE_TOO_LARGE)
      // No function waits here: it would keep the request, and all of the frame that this is cut out of.
      return parts.groups.call(groupId, 'join-group', request, context).then(
        (reply) =>
          context.apiVersion >= PROTOCOL_NAME_NULLABLE_FROM
            ? reply
            : { ...reply, protocolName: reply.protocolName ?? '' },
        (error: unknown) => refuse(groupFailure(error).errorCode),
      )
    },
  }
}

function metadataBytes({ protocols }: JoinGroupRequest): number {
  return protocols.reduce((sum, { name, metadata }) => sum + name.length + metadata.length, 0)
}
