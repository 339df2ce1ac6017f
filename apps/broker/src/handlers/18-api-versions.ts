/**
 * ApiVersions (18), versions 0-4: what this broker serves, computed from its handlers.
 *
 * 1: throttle time. 3: the client says what software it is; features. 4: features may begin at level 0 (KAFKA-17011; up to 3 such a
 * feature is left out). An unknown version is answered in version 0 with UNSUPPORTED_VERSION and the versions of ApiVersions itself
 * (KIP-511), so that the client can ask again.
 */
import { ApiVersionsRequest, ApiVersionsResponse, ErrorCode, encodeResponse, type InferInput } from '@ottla/protocol'
import type { MetadataImage } from '@ottla/replication'
import type { SupportedFeature } from '../features.ts'
import type { AnyHandler, Handler } from '../seams.ts'

type Response = InferInput<typeof ApiVersionsResponse>

export interface ApiVersionsOptions {
  /** The table of handlers, this one included by the time of the first request. */
  readonly handlers: ReadonlyMap<number, AnyHandler>
  readonly image: () => MetadataImage
  readonly features: readonly SupportedFeature[]
}

const MAX = 4
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

export function apiVersionsHandler(options: ApiVersionsOptions): Handler<ApiVersionsRequest, Response> {
  return {
    api: ApiVersionsRequest.apiKey,
    min: 0,
    max: MAX,
    handle(context, request) {
      if (context.apiVersion >= 3) {
        const { clientSoftwareName, clientSoftwareVersion } = request
        if (!SOFTWARE.test(clientSoftwareName) || !SOFTWARE.test(clientSoftwareVersion)) {
          return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] }
        }
        context.connection.clientSoftwareName = clientSoftwareName
        context.connection.clientSoftwareVersion = clientSoftwareVersion
      }
      return describe(options, context.apiVersion)
    },
    unsupported(context) {
      const apiKeys = [{ apiKey: ApiVersionsRequest.apiKey, minVersion: 0, maxVersion: MAX }]
      const response = { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys }
      return encodeResponse(ApiVersionsResponse, 0, context.correlationId, response)
    },
  }
}

function describe({ handlers, image, features }: ApiVersionsOptions, version: number): Response {
  const served = [...handlers.values()].sort((left, right) => left.api - right.api)
  const { features: finalized, offset } = image()
  return {
    errorCode: ErrorCode.NONE,
    apiKeys: served.map(({ api, min, max, advertisedMin }) => {
      return { apiKey: api, minVersion: advertisedMin ?? min, maxVersion: max }
    }),
    throttleTimeMs: 0,
    supportedFeatures: features
      .filter((feature) => version >= 4 || feature.min > 0)
      .map(({ name, min, max }) => ({ name, minVersion: min, maxVersion: max })),
    finalizedFeaturesEpoch: offset,
    finalizedFeatures: [...finalized].map(([name, level]) => ({
      name,
      minVersionLevel: level,
      maxVersionLevel: level,
    })),
  }
}
