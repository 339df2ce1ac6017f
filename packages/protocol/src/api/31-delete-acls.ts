/**
 * DeleteAcls removes the ACLs that match filters, and tells which those were. Versions 1-3.
 *
 * - 1 the baseline: pattern types of resources (KIP-290)
 * - 2 flexible
 * - 3 resource type USER (KIP-373)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const DeleteAclsRequest = request(31, 'DeleteAcls', '1-3', flexibleFrom(2), {
  filters: array({
    resourceTypeFilter: int8,
    resourceNameFilter: string.nullable(),
    patternTypeFilter: int8.default(3),
    principalFilter: string.nullable(),
    hostFilter: string.nullable(),
    operation: int8,
    permissionType: int8,
  }),
})
export type DeleteAclsRequest = Infer<typeof DeleteAclsRequest>

export const DeleteAclsResponse = response(31, 'DeleteAcls', '1-3', flexibleFrom(2), {
  throttleTimeMs: int32,
  filterResults: array({
    errorCode: int16,
    errorMessage: string.nullable(),
    matchingAcls: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
      patternType: int8.default(3),
      principal: string,
      host: string,
      operation: int8,
      permissionType: int8,
    }),
  }),
})
export type DeleteAclsResponse = Infer<typeof DeleteAclsResponse>
