/**
 * ApiVersions is the first request on a connection: which APIs does the broker serve, in which versions? Versions 0-4.
 *
 * A broker that does not know the version answers in version 0 with UNSUPPORTED_VERSION, and its response header is always that of version
 * 0: the client must be able to read both before it knows anything.
 *
 * - 1 response: throttle time
 * - 3 flexible; name and version of the client's software; response: features (KIP-511, KIP-584)
 * - 4 response: a feature's lowest version may be 0 (KAFKA-17011)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string } from '../schema/types.ts'

export const ApiVersionsRequest = request(18, 'ApiVersions', '0-4', flexibleFrom(3), {
  clientSoftwareName: string.v('3+').ignorable(),
  clientSoftwareVersion: string.v('3+').ignorable(),
})
export type ApiVersionsRequest = Infer<typeof ApiVersionsRequest>

export const ApiVersionsResponse = response(18, 'ApiVersions', '0-4', flexibleFrom(3), {
  errorCode: int16,
  apiKeys: array({
    apiKey: int16,
    minVersion: int16,
    maxVersion: int16,
  }),
  throttleTimeMs: int32.v('1+').ignorable(),
  supportedFeatures: array({
    name: string,
    minVersion: int16,
    maxVersion: int16,
  })
    .v('3+')
    .tagged(0)
    .ignorable(),
  finalizedFeaturesEpoch: int64.v('3+').default(-1).tagged(1).ignorable(),
  finalizedFeatures: array({
    name: string,
    maxVersionLevel: int16,
    minVersionLevel: int16,
  })
    .v('3+')
    .tagged(2)
    .ignorable(),
  zkMigrationReady: bool.v('3+').default(false).tagged(3).ignorable(),
})
export type ApiVersionsResponse = Infer<typeof ApiVersionsResponse>
