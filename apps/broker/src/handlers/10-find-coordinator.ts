/**
 * FindCoordinator (API key 10), versions 0-6: which broker coordinates a group: the leader of its partition of `__consumer_offsets`, which is made
 * when the first client asks. 4: several keys in one request (KIP-699).
 *
 * Transactional ids and share partitions (6, KIP-932) have no coordinator here, and will have none by asking again. COORDINATOR_NOT_AVAILABLE would
 * have clients do just that; at UNSUPPORTED_VERSION the Java client gives up at once and shows the message (librdkafka asks until the timeout of
 * its init_transactions, whatever the error, unless it is one of authorization, which would mislead).
 */

import { partitionOfKey } from '@ottla/coordinator'
import { ErrorCode, FindCoordinatorRequest, type FindCoordinatorResponse, type InferInput } from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import type { InternalTopic } from '../coordinators/internal-topic.ts'
import { type BrokerNode, liveBrokers } from '../metadata-view.ts'
import type { Handler, RequestContext } from '../seams.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof FindCoordinatorResponse>
type Found = NonNullable<Response['coordinators']>[number]

export interface FindCoordinatorParts extends FrontParts {
  readonly offsetsTopic: Pick<InternalTopic, 'ensure' | 'obstacle'>
}

const GROUP = 0
const TRANSACTION = 1
const SHARE = 2
/** The first version that asks for several keys. */
const BATCHED_SINCE = 4

export function findCoordinatorHandler(parts: FindCoordinatorParts): Handler<FindCoordinatorRequest, Response> {
  return {
    api: FindCoordinatorRequest.apiKey,
    min: 0,
    max: 6,
    handle(context, request) {
      const { apiVersion } = context
      checkItems(request.coordinatorKeys.length, 'coordinators')
      const keys = apiVersion >= BATCHED_SINCE ? request.coordinatorKeys : [request.key]
      const answer = (found: readonly Found[]) => (apiVersion >= BATCHED_SINCE ? batched(found) : single(found[0]!))
      const refused = keys.map((key) => refusal(parts, context, { key, keyType: request.keyType }))
      // Nobody makes a topic by asking for what he may not see.
      if (refused.every((each) => each !== undefined)) return answer(refused)
      context.releaseMemory()
      const topic = parts.offsetsTopic.ensure()
      const locate = (image: TopicImage | undefined) => {
        const nodeOf = leaders(parts, context, image)
        const why = image === undefined ? parts.offsetsTopic.obstacle : undefined
        return answer(keys.map((key, index) => refused[index] ?? located(key, nodeOf(key), why)))
      }
      return topic instanceof Promise ? topic.then(locate) : locate(topic)
    },
  }
}

interface Asked {
  readonly key: string
  readonly keyType: number
}

function refusal(
  { security }: FindCoordinatorParts,
  context: RequestContext,
  { key, keyType }: Asked,
): Found | undefined {
  switch (keyType) {
    case GROUP:
      return security.authorize(context, 'DESCRIBE', { type: 'group', name: key })
        ? undefined
        : failed(key, ErrorCode.GROUP_AUTHORIZATION_FAILED, null)
    case TRANSACTION:
      return security.authorize(context, 'DESCRIBE', { type: 'transactional-id', name: key })
        ? failed(key, ErrorCode.UNSUPPORTED_VERSION, 'this broker has no transaction coordinator')
        : failed(key, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null)
    case SHARE:
      return failed(key, ErrorCode.UNSUPPORTED_VERSION, 'this broker has no share coordinator')
    default:
      return failed(key, ErrorCode.INVALID_REQUEST, `there is no coordinator of type ${keyType}`)
  }
}

/** Undefined: nobody, for now. */
function leaders(parts: FindCoordinatorParts, { listener }: RequestContext, topic: TopicImage | undefined) {
  const live = new Map(liveBrokers(parts.session.image, listener.name).map((node) => [node.id, node]))
  return (key: string): BrokerNode | undefined => {
    if (topic === undefined) return undefined
    const leader = topic.partitions[partitionOfKey(key, topic.partitions.length)]?.leader ?? -1
    // A broker that was killed a moment ago is still in the metadata: who is sent there loses time.
    return parts.hasVanished?.(leader) === true ? undefined : live.get(leader)
  }
}

function located(key: string, node: BrokerNode | undefined, why: string | undefined): Found {
  if (node === undefined) return failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, why ?? null)
  return { key, nodeId: node.id, host: node.host, port: node.port, errorCode: ErrorCode.NONE, errorMessage: '' }
}

function failed(key: string, errorCode: number, errorMessage: string | null): Found {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage }
}

function batched(coordinators: readonly Found[]): Response {
  return { throttleTimeMs: 0, coordinators }
}

function single({ errorCode, errorMessage, nodeId, host, port }: Found): Response {
  return { throttleTimeMs: 0, errorCode, errorMessage: errorMessage ?? '', nodeId, host, port }
}
