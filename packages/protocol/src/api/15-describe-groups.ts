/**
 * DescribeGroups describes classic groups with their members. Versions 0-6.
 *
 * - 1 response: throttle time
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 authorized operations (KIP-430)
 * - 4 response: group instance ids (KIP-345)
 * - 5 flexible
 * - 6 an unknown group is GROUP_ID_NOT_FOUND, with an error message (KIP-1043)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, bytes, int16, int32, string } from '../schema/types.ts'

/** An `authorizedOperations` field that was not asked for. */
const NOT_ASKED_FOR = -0x80000000

export const DescribeGroupsRequest = request(15, 'DescribeGroups', '0-6', flexibleFrom(5), {
  groups: array(string),
  includeAuthorizedOperations: bool.v('3+'),
})
export type DescribeGroupsRequest = Infer<typeof DescribeGroupsRequest>

export const DescribeGroupsResponse = response(15, 'DescribeGroups', '0-6', flexibleFrom(5), {
  throttleTimeMs: int32.v('1+').ignorable(),
  groups: array({
    errorCode: int16,
    errorMessage: string.v('6+').nullable().default(null),
    groupId: string,
    groupState: string,
    protocolType: string,
    protocolData: string,
    members: array({
      memberId: string,
      groupInstanceId: string.v('4+').nullable().default(null).ignorable(),
      clientId: string,
      clientHost: string,
      memberMetadata: bytes,
      memberAssignment: bytes,
    }),
    authorizedOperations: int32.v('3+').default(NOT_ASKED_FOR),
  }),
})
export type DescribeGroupsResponse = Infer<typeof DescribeGroupsResponse>
