/**
 * DescribeGroups (15), versions 0-6: classic groups with their members. 3: operations that the principal may do (KIP-430). Up to version 5 a
 * group that is not known is one in state Dead, from 6 on GROUP_ID_NOT_FOUND with a text (KIP-1043).
 */
import type { DescribedGroup } from '@ottla/coordinator'
import { DescribeGroupsRequest, type DescribeGroupsResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import type { Handler, RequestContext } from '../seams.ts'
import { authorizedOperations, OPERATIONS_NOT_ASKED } from '../security/authorized-operations.ts'
import { groupResource } from '../security/resources.ts'
import { describeTogether } from './group-batches.ts'
import type { GroupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { answersMuch, checkItems } from './request-limit.ts'

type Response = InferInput<typeof DescribeGroupsResponse>

const NOT_FOUND_FROM = 6
const DEAD = 'Dead'

export function describeGroupsHandler(parts: GroupParts): Handler<DescribeGroupsRequest, Response> {
  return {
    api: DescribeGroupsRequest.apiKey,
    min: 0,
    max: 6,
    serial: answersMuch,
    async handle(context, request) {
      checkItems(request.groups.length, 'groups')
      const { security } = parts
      // Each once: the description of a large group is thousands of times as long as its name.
      const asked = [...new Set(request.groups)]
      const allowed = asked.filter((groupId) => security.authorize(context, 'DESCRIBE', groupResource(groupId)))
      const described = await describeTogether<DescribedGroup>(parts, allowed, {
        describe: (groupIds) => parts.groups.call(groupIds[0]!, 'describe-groups', { groupIds }, context),
        refuse: refused,
      })
      const groups = asked.map((groupId) => {
        const group = described.get(groupId)
        if (group === undefined) return shown(refused(groupId, NOT_ALLOWED), context)
        const operations =
          request.includeAuthorizedOperations && group.errorCode === ErrorCode.NONE
            ? authorizedOperations(security, context, groupResource(groupId))
            : OPERATIONS_NOT_ASKED
        return { ...shown(group, context), authorizedOperations: operations }
      })
      return { throttleTimeMs: 0, groups }
    },
  }
}

const NOT_ALLOWED: GroupFailure = {
  errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED,
  errorMessage: 'Not authorized to describe this group.',
}

function refused(groupId: string, { errorCode, errorMessage }: GroupFailure): DescribedGroup {
  return { errorCode, errorMessage, groupId, groupState: '', protocolType: '', protocolData: '', members: [] }
}

/** As the version of the request has it. */
function shown(group: DescribedGroup, { apiVersion }: RequestContext): DescribedGroup {
  if (apiVersion >= NOT_FOUND_FROM) return group
  const isUnknown = group.errorCode === ErrorCode.GROUP_ID_NOT_FOUND
  return { ...group, errorMessage: null, ...(isUnknown ? { errorCode: ErrorCode.NONE, groupState: DEAD } : {}) }
}
