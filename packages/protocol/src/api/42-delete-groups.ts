/**
 * DeleteGroups deletes groups that have no members (KIP-229). Versions 0-2.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string } from '../schema/types.ts'

export const DeleteGroupsRequest = request(42, 'DeleteGroups', '0-2', flexibleFrom(2), { groupsNames: array(string) })
export type DeleteGroupsRequest = Infer<typeof DeleteGroupsRequest>

export const DeleteGroupsResponse = response(42, 'DeleteGroups', '0-2', flexibleFrom(2), {
  throttleTimeMs: int32,
  results: array({ groupId: string, errorCode: int16 }),
})
export type DeleteGroupsResponse = Infer<typeof DeleteGroupsResponse>
