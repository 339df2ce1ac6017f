/**
 * DescribeClientQuotas lists quotas by user, client id and IP (KIP-546). Match types: 0 exact name, 1 the default entity, 2 any name.
 * Versions 0-1.
 *
 * - 1 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, float64, int8, int16, int32, string } from '../schema/types.ts'

export const DescribeClientQuotasRequest = request(48, 'DescribeClientQuotas', '0-1', flexibleFrom(1), {
  components: array({ entityType: string, matchType: int8, match: string.nullable() }),
  strict: bool,
})
export type DescribeClientQuotasRequest = Infer<typeof DescribeClientQuotasRequest>

export const DescribeClientQuotasResponse = response(48, 'DescribeClientQuotas', '0-1', flexibleFrom(1), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
  entries: array({
    entity: array({ entityType: string, entityName: string.nullable() }),
    values: array({ key: string, value: float64 }),
  }).nullable(),
})
export type DescribeClientQuotasResponse = Infer<typeof DescribeClientQuotasResponse>
