/**
 * UpdateFeatures raises or lowers the finalized levels of features (KIP-584). All versions are flexible. Upgrade types: 1 up, 2 down
 * without loss, 3 down with loss. Versions 0-2.
 *
 * - 1 upgrade type in place of a flag, `validateOnly` (KIP-778)
 * - 2 response: results by feature are gone
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string } from '../schema/types.ts'

export const UpdateFeaturesRequest = request(57, 'UpdateFeatures', '0-2', flexibleFrom(0), {
  timeoutMs: int32.default(60000),
  featureUpdates: array({
    feature: string,
    maxVersionLevel: int16,
    allowDowngrade: bool.v('0'),
    upgradeType: int8.v('1+').default(1),
  }),
  validateOnly: bool.v('1+').default(false),
})
export type UpdateFeaturesRequest = Infer<typeof UpdateFeaturesRequest>

export const UpdateFeaturesResponse = response(57, 'UpdateFeatures', '0-2', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
  results: array({ feature: string, errorCode: int16, errorMessage: string.nullable() }).v('0-1').ignorable(),
})
export type UpdateFeaturesResponse = Infer<typeof UpdateFeaturesResponse>
