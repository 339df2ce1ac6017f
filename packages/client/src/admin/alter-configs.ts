import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { brokerToAsk, type ConfigResource, missingResource, RESOURCE_TYPES, resourceKey } from './config-resources.ts'
import { ControllerTarget, isPassing } from './controller-target.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

/** A change of one key (KIP-339); append and subtract are for keys whose values are lists. */
export type ConfigChange =
  | { readonly kind: 'set' | 'append' | 'subtract'; readonly name: string; readonly value: string }
  | { readonly kind: 'delete'; readonly name: string }

/** Codes on the wire. */
const OPERATIONS = { set: 0, delete: 1, append: 2, subtract: 3 } as const

export interface ConfigAlteration {
  readonly resource: ConfigResource
  readonly changes: readonly ConfigChange[]
}

/** All that is configured for the resource from then on: what is not named falls back to its default. */
export interface ConfigReplacement {
  readonly resource: ConfigResource
  readonly configs: Readonly<Record<string, string>>
}

export interface AlterConfigsOptions extends CallOptions {
  /** Only check whether the change would be accepted. */
  readonly validateOnly?: boolean
}

export interface AlteredConfig {
  readonly resource: ConfigResource
  readonly outcome: Outcome<void>
}

/** Changes single keys; the others stay as they are. In the order given; a resource is changed whole or not at all. */
export function incrementalAlterConfigs(
  cluster: Cluster,
  alterations: readonly ConfigAlteration[],
  options: AlterConfigsOptions,
): Promise<AlteredConfig[]> {
  const validateOnly = options.validateOnly ?? false
  return alter(cluster, alterations, {
    options,
    send: async (target, pending, call) => {
      const resources = pending.map(({ resource, changes }) => ({
        ...resourceBody(resource),
        configs: changes.map((change) => ({
          name: change.name,
          configOperation: OPERATIONS[change.kind],
          value: change.kind === 'delete' ? null : change.value,
        })),
      }))
      const answer = await cluster.send(target, API.incrementalAlterConfigs, { resources, validateOnly }, { call })
      return answer.responses
    },
  })
}

/** Replaces whole configurations, as clients before Kafka 2.3 did; prefer `incrementalAlterConfigs`. In the order given. */
export function alterConfigs(
  cluster: Cluster,
  replacements: readonly ConfigReplacement[],
  options: AlterConfigsOptions,
): Promise<AlteredConfig[]> {
  const validateOnly = options.validateOnly ?? false
  return alter(cluster, replacements, {
    options,
    send: async (target, pending, call) => {
      const resources = pending.map(({ resource, configs }) => ({
        ...resourceBody(resource),
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      }))
      const answer = await cluster.send(target, API.alterConfigs, { resources, validateOnly }, { call })
      return answer.responses
    },
  })
}

function resourceBody({ type, name }: ConfigResource) {
  return { resourceType: RESOURCE_TYPES[type], resourceName: name }
}

interface Response {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly resourceType: number
  readonly resourceName: string
}

interface Altering<A> {
  readonly options: AlterConfigsOptions
  send(
    target: 'any' | { readonly brokerId: number },
    alterations: readonly A[],
    call: Call,
  ): Promise<readonly Response[]>
}

async function alter<A extends { readonly resource: ConfigResource }>(
  cluster: Cluster,
  alterations: readonly A[],
  { options, send }: Altering<A>,
): Promise<AlteredConfig[]> {
  const controller = new ControllerTarget(cluster)
  const outcomes = await settle<A, void>(cluster, {
    items: alterations,
    options,
    repeat: isPassing,
    attempt: async (pending, call) => {
      const found = new Map<A, Outcome<void>>()
      for (const [brokerId, group] of groupBy(pending, ({ resource }) => brokerIdOf(resource))) {
        const target = brokerId === undefined ? await controller.next(call) : { brokerId }
        const responses = await send(target, group, call)
        for (const [alteration, outcome] of matched(group, responses)) found.set(alteration, outcome)
      }
      return controller.remember(found)
    },
  })
  return alterations.map((alteration) => ({ resource: alteration.resource, outcome: outcomes.get(alteration)! }))
}

function brokerIdOf(resource: ConfigResource): number | undefined {
  const target = brokerToAsk(resource)
  return target === 'any' ? undefined : target.brokerId
}

function matched<A extends { readonly resource: ConfigResource }>(
  group: readonly A[],
  responses: readonly Response[],
): [A, Outcome<void>][] {
  const byKey = new Map(
    responses.map((response) => [resourceKey(response.resourceType, response.resourceName), response]),
  )
  return group.map((alteration) => {
    const { resource } = alteration
    const response = byKey.get(resourceKey(RESOURCE_TYPES[resource.type], resource.name))
    return [
      alteration,
      response === undefined ? missingResource('AlterConfigs', resource) : outcomeOf(response, resource),
    ]
  })
}

function outcomeOf({ errorCode, errorMessage }: Response, { type, name }: ConfigResource): Outcome<void> {
  const attempt = { api: 'AlterConfigs', ...(type === 'topic' && { topic: name }) }
  return errorCode === 0 ? succeeded(undefined) : failed(errorCode, errorMessage, attempt)
}
