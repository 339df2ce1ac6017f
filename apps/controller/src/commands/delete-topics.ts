/** DeleteTopics, by name or by id. The brokers remove the files once they have seen the record. */
import {
  type DeleteTopicsRequest,
  type DeleteTopicsResponse,
  ErrorCode,
  type ErrorName,
  ZERO_UUID,
} from '@ottla/protocol'
import type { MetadataImage, TopicImage } from '@ottla/replication'
import { inBatches, type Outcome } from './outcome.ts'

type Result = DeleteTopicsResponse['responses'][number]
type Wanted = DeleteTopicsRequest['topics'][number]

/** All versions: those up to 5 fill `topicNames`, later ones `topics`. */
export function deleteTopics(image: MetadataImage, request: DeleteTopicsRequest): Outcome<DeleteTopicsResponse> {
  const wanted: Wanted[] = [...request.topics, ...request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))]
  const deleted = new Map<string, Result>()
  const repeated = new Map<string, Result>()
  const refused: Result[] = []
  for (const topic of wanted) {
    const found = find(image, topic)
    if (!('id' in found)) refused.push(found)
    else if (deleted.has(found.id)) repeated.set(found.id, namedTwice(topic, found))
    else deleted.set(found.id, { name: found.name, topicId: found.id, errorCode: ErrorCode.NONE, errorMessage: null })
  }
  // Whoever names a topic twice may have meant another one: nothing is deleted then, and the topic is answered once.
  for (const id of repeated.keys()) deleted.delete(id)
  const records = [...deleted.keys()].map((topicId) => ({ type: 'removeTopic', topicId }) as const)
  const responses = [...deleted.values(), ...repeated.values(), ...refused]
  return { batches: inBatches(records), reply: { throttleTimeMs: 0, responses } }
}

function namedTwice(topic: Wanted, found: TopicImage): Result {
  return result(topic, { error: 'INVALID_REQUEST', message: `Topic '${found.name}' is named more than once.` })
}

function find(image: MetadataImage, wanted: Wanted): TopicImage | Result {
  const byId = wanted.topicId !== ZERO_UUID
  if (wanted.name !== null && byId) {
    return result(wanted, { error: 'INVALID_REQUEST', message: 'You may not specify both topic name and topic id.' })
  }
  if (wanted.name === null && !byId) {
    return result(wanted, { error: 'INVALID_REQUEST', message: 'Neither topic name nor id were specified.' })
  }
  const name = wanted.name ?? image.topicNamesById.get(wanted.topicId)
  const topic = name === undefined ? undefined : image.topics.get(name)
  if (topic !== undefined) return topic
  return byId
    ? result(wanted, { error: 'UNKNOWN_TOPIC_ID', message: 'This server does not host this topic ID.' })
    : result(wanted, {
        error: 'UNKNOWN_TOPIC_OR_PARTITION',
        message: 'This server does not host this topic-partition.',
      })
}

function result(
  { name, topicId }: Wanted,
  { error, message }: { readonly error: ErrorName; readonly message: string },
): Result {
  return { name, topicId, errorCode: ErrorCode[error], errorMessage: message }
}
