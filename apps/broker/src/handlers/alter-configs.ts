/**
 * What AlterConfigs and IncrementalAlterConfigs have in common: who may change what, and which resources this broker answers for. The
 * rest is the controller's decision.
 */
import { type AlterConfigsResponse, ErrorCode } from '@ottla/protocol'
import { brokerConfigsOutOfBounds, configResource, groupConfigsOutOfBounds } from '@ottla/replication'
import { groupBounds } from '../config/group-settings.ts'
import type { RequestContext } from '../seams.ts'
import { CLUSTER, groupResource, topicResource } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

/** Kafka's codes of resource types. Configurations are kept of topics, brokers and groups so far. */
export const ConfigResourceCode = { TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8, CLIENT_METRICS: 16, GROUP: 32 } as const

export interface NamedResource {
  readonly resourceType: number
  readonly resourceName: string
}

type Answer = AlterConfigsResponse['responses'][number]

/** How long a change may take: these requests carry no time of their own. */
export const ALTER_TIMEOUT_MS = 30_000

type Values = ReadonlyMap<string, string>

export interface Alteration<R extends NamedResource> {
  readonly resources: readonly R[]
  /** What a resource's overrides would be after the change, from those that it has. */
  readonly wanted: (asked: R, current: Values) => Values
  readonly forward: (allowed: readonly R[]) => Promise<readonly Answer[]>
}

/** Answers in the order of the request: the refusals of this broker, and the controller's answers to the rest. */
export async function alterConfigs<R extends NamedResource>(
  parts: FrontParts,
  context: RequestContext,
  { resources, wanted, forward }: Alteration<R>,
): Promise<Answer[]> {
  checkItems(resources.length, 'resources')
  const answers = new Answers()
  const allowed: R[] = []
  for (const asked of resources) {
    const refused = refusal(parts, context, asked) ?? outOfBounds(parts, asked, wanted)
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
  const { resource, errorCode, called } = authority(asked)
  if (!parts.security.authorize(context, 'ALTER_CONFIGS', resource)) {
    return refuse(errorCode, `Not authorized to change the configuration of ${called}.`)
  }
  if (resourceType !== ConfigResourceCode.BROKER || resourceName === '') return undefined
  if (!/^\d+$/.test(resourceName)) {
    return refuse(ErrorCode.INVALID_REQUEST, `Node id must be an integer, but it is: ${resourceName}`)
  }
  // Clients send the change of a broker to that broker.
  if (resourceName === String(parts.brokerId)) return undefined
  const text = `Unexpected broker id, expected ${parts.brokerId}, but received ${resourceName}`
  return refuse(ErrorCode.INVALID_REQUEST, text)
}

/** Of whom the permission is asked, and what its lack is called. */
function authority({ resourceType, resourceName }: NamedResource) {
  switch (resourceType) {
    case ConfigResourceCode.TOPIC:
      return {
        resource: topicResource(resourceName),
        errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED,
        called: `topic ${resourceName}`,
      }
    case ConfigResourceCode.GROUP:
      return {
        resource: groupResource(resourceName),
        errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED,
        called: `group ${resourceName}`,
      }
    default:
      return { resource: CLUSTER, errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, called: 'brokers' }
  }
}

/** The bounds of groups, and of what holds for groups without a value, are keys of the brokers, which the controller does not know. */
function outOfBounds<R extends NamedResource>(
  { session, config }: FrontParts,
  asked: R,
  wanted: Alteration<R>['wanted'],
): Answer | undefined {
  const { resourceType, resourceName } = asked
  const bounds = groupBounds(config.groupSettings)
  switch (resourceType) {
    case ConfigResourceCode.GROUP: {
      const current = session.image.configs.get(configResource('group', resourceName)) ?? new Map()
      const errorMessage = groupConfigsOutOfBounds(wanted(asked, current), bounds)
      if (errorMessage === undefined) return undefined
      return { resourceType, resourceName, errorCode: ErrorCode.INVALID_CONFIG, errorMessage }
    }
    case ConfigResourceCode.BROKER: {
      const errorMessage = brokerConfigsOutOfBounds(wanted(asked, new Map()), bounds)
      if (errorMessage === undefined) return undefined
      return { resourceType, resourceName, errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
    }
    default:
      return undefined
  }
}

/** Why resources of this type have no configuration. */
export function notConfigured(resourceType: number): string {
  if (resourceType !== ConfigResourceCode.BROKER_LOGGER) return `Unknown resource type ${resourceType}`
  return 'This broker has no loggers to configure: LOG_LEVEL in its environment sets the level of its log at the start.'
}

const CONFIGURED: ReadonlySet<number> = new Set([
  ConfigResourceCode.TOPIC,
  ConfigResourceCode.BROKER,
  ConfigResourceCode.GROUP,
])

function isConfigured(resourceType: number): boolean {
  return CONFIGURED.has(resourceType)
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
