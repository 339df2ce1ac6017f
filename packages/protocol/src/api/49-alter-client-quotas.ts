/**
 * AlterClientQuotas sets and removes quotas by user, client id and IP (KIP-546). Versions 0-1.
 *
 * - 1 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, float64, int16, int32, string } from '../schema/types.ts'

export const AlterClientQuotasRequest = request(49, 'AlterClientQuotas', '0-1', flexibleFrom(1), {
  entries: array({
    entity: array({ entityType: string, entityName: string.nullable() }),
    ops: array({ key: string, value: float64, remove: bool }),
  }),
  validateOnly: bool,
})
export type AlterClientQuotasRequest = Infer<typeof AlterClientQuotasRequest>

export const AlterClientQuotasResponse = response(49, 'AlterClientQuotas', '0-1', flexibleFrom(1), {
  throttleTimeMs: int32,
  entries: array({
    errorCode: int16,
    errorMessage: string.nullable(),
    entity: array({ entityType: string, entityName: string.nullable() }),
  }),
})
export type AlterClientQuotasResponse = Infer<typeof AlterClientQuotasResponse>
