/**
 * DescribeAcls lists the ACLs that match a filter. Versions 1-3.
 *
 * - 1 the baseline: pattern types of resources (KIP-290)
 * - 2 flexible
 * - 3 resource type USER (KIP-373)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const DescribeAclsRequest = request(29, 'DescribeAcls', '1-3', flexibleFrom(2), {
  resourceTypeFilter: int8,
  resourceNameFilter: string.nullable(),
  patternTypeFilter: int8.default(3),
  principalFilter: string.nullable(),
  hostFilter: string.nullable(),
  operation: int8,
  permissionType: int8,
})
export type DescribeAclsRequest = Infer<typeof DescribeAclsRequest>

export const DescribeAclsResponse = response(29, 'DescribeAcls', '1-3', flexibleFrom(2), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
  resources: array({
    resourceType: int8,
    resourceName: string,
    patternType: int8.default(3),
    acls: array({ principal: string, host: string, operation: int8, permissionType: int8 }),
  }),
})
export type DescribeAclsResponse = Infer<typeof DescribeAclsResponse>
