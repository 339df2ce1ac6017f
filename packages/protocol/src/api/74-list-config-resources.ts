/**
 * ListConfigResources lists the resources that have a configuration, by type. All versions are flexible. No types ask for all. Versions
 * 0-1.
 *
 * - 0 client metrics only (KIP-714)
 * - 1 any resource type (KIP-1142)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const ListConfigResourcesRequest = request(74, 'ListConfigResources', '0-1', flexibleFrom(0), {
  resourceTypes: array(int8).v('1+'),
})
export type ListConfigResourcesRequest = Infer<typeof ListConfigResourcesRequest>

export const ListConfigResourcesResponse = response(74, 'ListConfigResources', '0-1', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  configResources: array({ resourceName: string, resourceType: int8.v('1+').default(16).ignorable() }),
})
export type ListConfigResourcesResponse = Infer<typeof ListConfigResourcesResponse>
