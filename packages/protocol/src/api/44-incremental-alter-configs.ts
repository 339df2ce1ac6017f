/**
 * IncrementalAlterConfigs sets, deletes, appends to and subtracts from single configuration keys (KIP-339). Operations: 0 set, 1 delete, 2
 * append, 3 subtract. Versions 0-1.
 *
 * - 1 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string } from '../schema/types.ts'

export const IncrementalAlterConfigsRequest = request(44, 'IncrementalAlterConfigs', '0-1', flexibleFrom(1), {
  resources: array({
    resourceType: int8,
    resourceName: string,
    configs: array({ name: string, configOperation: int8, value: string.nullable() }),
  }),
  validateOnly: bool,
})
export type IncrementalAlterConfigsRequest = Infer<typeof IncrementalAlterConfigsRequest>

export const IncrementalAlterConfigsResponse = response(44, 'IncrementalAlterConfigs', '0-1', flexibleFrom(1), {
  throttleTimeMs: int32,
  responses: array({ errorCode: int16, errorMessage: string.nullable(), resourceType: int8, resourceName: string }),
})
export type IncrementalAlterConfigsResponse = Infer<typeof IncrementalAlterConfigsResponse>
