import { SUPPORTED_FEATURES } from '../features.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { AnyHandler } from '../seams.ts'
import { produceHandler } from './00-produce.ts'
import { fetchHandler } from './01-fetch.ts'
import { listOffsetsHandler } from './02-list-offsets.ts'
import { metadataHandler } from './03-metadata.ts'
import { apiVersionsHandler } from './18-api-versions.ts'
import { createTopicsHandler } from './19-create-topics.ts'
import { deleteTopicsHandler } from './20-delete-topics.ts'
import { initProducerIdHandler } from './22-init-producer-id.ts'
import { describeConfigsHandler } from './32-describe-configs.ts'
import { describeClusterHandler } from './60-describe-cluster.ts'
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts'
import type { FrontParts } from './front-parts.ts'

/** Everything that this broker serves, by API key. */
export function handlerTable(parts: FrontParts & DataParts): ReadonlyMap<number, AnyHandler> {
  const table = new Map<number, AnyHandler>()
  const handlers: AnyHandler[] = [
    produceHandler(parts),
    fetchHandler(parts),
    listOffsetsHandler(parts),
    metadataHandler(parts),
    apiVersionsHandler({ handlers: table, image: () => parts.session.image, features: SUPPORTED_FEATURES }),
    createTopicsHandler(parts),
    deleteTopicsHandler(parts),
    initProducerIdHandler(parts),
    describeConfigsHandler(parts),
    describeClusterHandler(parts),
    describeTopicPartitionsHandler(parts),
  ]
  for (const handler of handlers) table.set(handler.api, handler)
  return table
}
