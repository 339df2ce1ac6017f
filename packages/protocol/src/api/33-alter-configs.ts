/**
 * AlterConfigs replaces the whole configuration of a resource: keys that are not named go back to their default. IncrementalAlterConfigs
 * changes single keys. Versions 0-2.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string } from '../schema/types.ts'

export const AlterConfigsRequest = request(33, 'AlterConfigs', '0-2', flexibleFrom(2), {
  resources: array({
    resourceType: int8,
    resourceName: string,
    configs: array({ name: string, value: string.nullable() }),
  }),
  validateOnly: bool,
})
export type AlterConfigsRequest = Infer<typeof AlterConfigsRequest>

export const AlterConfigsResponse = response(33, 'AlterConfigs', '0-2', flexibleFrom(2), {
  throttleTimeMs: int32,
  responses: array({ errorCode: int16, errorMessage: string.nullable(), resourceType: int8, resourceName: string }),
})
export type AlterConfigsResponse = Infer<typeof AlterConfigsResponse>
