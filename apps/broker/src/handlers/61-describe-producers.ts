/**
 * DescribeProducers (API key 61), version 0: the producers that wrote to partitions lately, and their open transactions
 * (KIP-664). Any replica answers, from its own log. A topic that is not there, or whose name no topic can have, is told in words
 * too; a partition that is not here in its code alone, as Kafka does.
 */
import {
  ApiKey,
  type DescribeProducersRequest,
  type DescribeProducersResponse,
  ErrorCode,
  type InferInput,
} from '@ottla/protocol'
import type { ActiveProducer } from '@ottla/storage'
import { isValidTopicName } from '../metadata-view.ts'
import { errorCodeOf } from '../partitions/error-code.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'

type Response = InferInput<typeof DescribeProducersResponse>
type Answer = Response['topics'][number]['partitions'][number]

export function describeProducersHandler(parts: DataParts): Handler<DescribeProducersRequest, Response> {
  return {
    api: ApiKey.DescribeProducers,
    min: 0,
    max: 0,
    handle(context, { topics }) {
      const answers = topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((index) => describe(parts, context, { name, index })),
      }))
      return { throttleTimeMs: 0, topics: answers }
    },
  }
}

function describe(
  { partitions, security }: DataParts,
  context: RequestContext,
  { name, index }: { readonly name: string; readonly index: number },
): Answer {
  if (!security.authorize(context, 'READ', topicResource(name))) return refused(index, 'TOPIC_AUTHORIZATION_FAILED')
  const image = partitions.topicByName(name)
  if (image === undefined) return unknownTopic(name, index)
  const partition = partitions.find(image, index)
  if (typeof partition === 'string') return refused(index, partition)
  const activeProducers = partition.log.activeProducers().map(describeProducer)
  return { partitionIndex: index, errorCode: ErrorCode.NONE, errorMessage: null, activeProducers }
}

function describeProducer({ lastTimestampMs, ...producer }: ActiveProducer) {
  return { ...producer, lastTimestamp: lastTimestampMs }
}

function unknownTopic(name: string, index: number): Answer {
  if (!isValidTopicName(name)) {
    const errorMessage = `Topic name is invalid: "${name}" is no topic name.`
    return { ...refused(index, 'INVALID_TOPIC_EXCEPTION'), errorMessage }
  }
  return { ...refused(index, 'UNKNOWN_TOPIC_OR_PARTITION'), errorMessage: `Topic ${name} is not there.` }
}

function refused(partitionIndex: number, error: string): Answer {
  return { partitionIndex, errorCode: errorCodeOf(error), errorMessage: null, activeProducers: [] }
}
