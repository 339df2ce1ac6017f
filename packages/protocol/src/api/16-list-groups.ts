/**
 * ListGroups lists the groups that a broker coordinates. Versions 0-5.
 *
 * - 1 response: throttle time
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 flexible
 * - 4 filter by state; response: states (KIP-518)
 * - 5 filter by type; response: types (KIP-848)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string } from '../schema/types.ts'

export const ListGroupsRequest = request(16, 'ListGroups', '0-5', flexibleFrom(3), {
  statesFilter: array(string).v('4+'),
  typesFilter: array(string).v('5+'),
})
export type ListGroupsRequest = Infer<typeof ListGroupsRequest>

export const ListGroupsResponse = response(16, 'ListGroups', '0-5', flexibleFrom(3), {
  throttleTimeMs: int32.v('1+').ignorable(),
  errorCode: int16,
  groups: array({
    groupId: string,
    protocolType: string,
    groupState: string.v('4+').ignorable(),
    groupType: string.v('5+').ignorable(),
  }),
})
export type ListGroupsResponse = Infer<typeof ListGroupsResponse>
