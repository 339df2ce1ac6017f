/**
 * CreateAcls adds ACLs. Versions 1-3.
 *
 * - 1 the baseline: pattern types of resources (KIP-290)
 * - 2 flexible
 * - 3 resource type USER (KIP-373)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const CreateAclsRequest = request(30, 'CreateAcls', '1-3', flexibleFrom(2), {
  creations: array({
    resourceType: int8,
    resourceName: string,
    resourcePatternType: int8.default(3),
    principal: string,
    host: string,
    operation: int8,
    permissionType: int8,
  }),
})
export type CreateAclsRequest = Infer<typeof CreateAclsRequest>

export const CreateAclsResponse = response(30, 'CreateAcls', '1-3', flexibleFrom(2), {
  throttleTimeMs: int32,
  results: array({ errorCode: int16, errorMessage: string.nullable() }),
})
export type CreateAclsResponse = Infer<typeof CreateAclsResponse>
