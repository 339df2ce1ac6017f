/**
 * ListConfigResources (74), versions 0-1: what can have a configuration, by type; no types ask for all. 0: client metrics only (as
 * ListClientMetricsResources, KIP-1000). 1: every type (KIP-1142).
 *
 * Groups are those that have a configuration of their own. Client metrics and loggers have none here, so there are none to list.
 */
import {
  ErrorCode,
  type InferInput,
  ListConfigResourcesRequest,
  type ListConfigResourcesResponse,
} from '@ottla/protocol'
import { configResource, type MetadataImage } from '@ottla/replication'
import type { Handler } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'
import { ConfigResourceCode } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'

type Response = InferInput<typeof ListConfigResourcesResponse>
type Listed = Response['configResources'][number]

const GROUP_PREFIX = configResource('group', '')

const ALL: readonly number[] = Object.values(ConfigResourceCode)

export function listConfigResourcesHandler(parts: FrontParts): Handler<ListConfigResourcesRequest, Response> {
  return {
    api: ListConfigResourcesRequest.apiKey,
    min: 0,
    max: 1,
    handle(context, { resourceTypes }) {
      const answer = (errorCode: number, configResources: readonly Listed[] = []): Response => ({
        throttleTimeMs: 0,
        errorCode,
        configResources: [...configResources],
      })
      if (!parts.security.authorize(context, 'DESCRIBE_CONFIGS', CLUSTER)) {
        return answer(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
      }
      const wanted = context.apiVersion === 0 ? [ConfigResourceCode.CLIENT_METRICS] : typesOf(resourceTypes)
      if (wanted.some((type) => !ALL.includes(type))) return answer(ErrorCode.UNSUPPORTED_VERSION)
      return answer(
        ErrorCode.NONE,
        [...new Set(wanted)].flatMap((type) => listed(parts.session.image, type)),
      )
    },
  }
}

function typesOf(asked: readonly number[]): readonly number[] {
  return asked.length === 0 ? ALL : asked
}

function listed(image: MetadataImage, resourceType: number): Listed[] {
  switch (resourceType) {
    case ConfigResourceCode.TOPIC:
      return [...image.topics.keys()].map((resourceName) => ({ resourceName, resourceType }))
    case ConfigResourceCode.BROKER:
      return [...image.brokers.keys()].map((id) => ({ resourceName: String(id), resourceType }))
    case ConfigResourceCode.GROUP:
      return [...image.configs.keys()]
        .filter((resource) => resource.startsWith(GROUP_PREFIX))
        .map((resource) => ({ resourceName: resource.slice(GROUP_PREFIX.length), resourceType }))
    default:
      return []
  }
}
