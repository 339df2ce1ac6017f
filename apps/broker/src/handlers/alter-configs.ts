/**
 * What AlterConfigs and IncrementalAlterConfigs have in common: who may change what, and which resources this broker answers for. The
 * rest is the controller's decision.
 */
import { type AlterConfigsResponse, ErrorCode } from '@ottla/protocol'
import type { RequestContext } from '../seams.ts'
import { CLUSTER, topicResource } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

/** Kafka's codes of resource types. Configurations are kept of topics and brokers so far. */
export const ConfigResourceCode = { TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8, CLIENT_METRICS: 16, GROUP: 32 } as const

export interface NamedResource {
  readonly resourceType: number
  readonly resourceName: string
}

type Answer = AlterConfigsResponse['responses'][number]

/** How long a change may take: these requests carry no time of their own. */
export const ALTER_TIMEOUT_MS = 30_000

/** Answers in the order of the request: the refusals of this broker, and the controller's answers to the rest. */
export async function alterConfigs<R extends NamedResource>(
  parts: FrontParts,
  context: RequestContext,
  { resources, forward }: { resources: readonly R[]; forward: (allowed: readonly R[]) => Promise<readonly Answer[]> },
): Promise<Answer[]> {
  checkItems(resources.length, 'resources')
  const answers = new Answers()
  const allowed: R[] = []
  for (const asked of resources) {
    const refused = refusal(parts, context, asked)
    if (refused === undefined) allowed.push(asked)
    else answers.add(refused)
  }
  if (allowed.length > 0) {
    for (const answer of await answered(allowed, forward)) answers.add(answer)
  }
  return resources.flatMap((asked) => answers.take(asked) ?? [])
}

async function answered<R extends NamedResource>(
  allowed: readonly R[],
  forward: (allowed: readonly R[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  try {
    return await forward(allowed)
  } catch (error) {
    const failure = forwardFailure(error)
    return allowed.map(({ resourceType, resourceName }) => ({ resourceType, resourceName, ...failure }))
  }
}

function refusal(parts: FrontParts, context: RequestContext, asked: NamedResource): Answer | undefined {
  const { resourceType, resourceName } = asked
  const refuse = (errorCode: number, errorMessage: string) => ({ resourceType, resourceName, errorCode, errorMessage })
  if (!isConfigured(resourceType)) return refuse(ErrorCode.INVALID_REQUEST, notConfigured(resourceType))
  const isTopic = resourceType === ConfigResourceCode.TOPIC
  if (!parts.security.authorize(context, 'ALTER_CONFIGS', isTopic ? topicResource(resourceName) : CLUSTER)) {
    return refuse(
      isTopic ? ErrorCode.TOPIC_AUTHORIZATION_FAILED : ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
      `Not authorized to change the configuration of ${isTopic ? `topic ${resourceName}` : 'brokers'}.`,
    )
  }
  if (isTopic || resourceName === '') return undefined
  if (!/^\d+$/.test(resourceName)) {
    return refuse(ErrorCode.INVALID_REQUEST, `Node id must be an integer, but it is: ${resourceName}`)
  }
  // Clients send the change of a broker to that broker.
  if (resourceName === String(parts.brokerId)) return undefined
  const text = `Unexpected broker id, expected ${parts.brokerId}, but received ${resourceName}`
  return refuse(ErrorCode.INVALID_REQUEST, text)
}

/** Why resources of this type have no configuration. */
export function notConfigured(resourceType: number): string {
  if (resourceType !== ConfigResourceCode.BROKER_LOGGER) return `Unknown resource type ${resourceType}`
  return 'This broker has no loggers to configure: LOG_LEVEL in its environment sets the level of its log at the start.'
}

function isConfigured(resourceType: number): boolean {
  return resourceType === ConfigResourceCode.TOPIC || resourceType === ConfigResourceCode.BROKER
}

/** Answers by resource; one that is named several times has several, which are taken in the order in which they came. */
class Answers {
  readonly #byKey = new Map<string, { readonly answers: Answer[]; taken: number }>()

  add(answer: Answer): void {
    const same = this.#byKey.get(keyOf(answer))
    if (same === undefined) this.#byKey.set(keyOf(answer), { answers: [answer], taken: 0 })
    else same.answers.push(answer)
  }

  take(resource: NamedResource): Answer | undefined {
    const same = this.#byKey.get(keyOf(resource))
    return same?.answers[same.taken++]
  }
}

function keyOf({ resourceType, resourceName }: NamedResource): string {
  return `${resourceType}:${resourceName}`
}
