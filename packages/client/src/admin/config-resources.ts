import type { Target } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { Outcome } from './outcome.ts'

/** Codes on the wire. */
export const RESOURCE_TYPES = { topic: 2, broker: 4, 'broker-logger': 8, 'client-metrics': 16, group: 32 } as const

export type ConfigResourceType = keyof typeof RESOURCE_TYPES

export interface ConfigResource {
  readonly type: ConfigResourceType
  /** The topic's name, the broker's id, empty for the defaults of all brokers … */
  readonly name: string
}

/** Settings of one broker are known to that broker alone; an empty name means the defaults, which every broker knows. */
export function brokerToAsk({ type, name }: ConfigResource): Target {
  return (type === 'broker' || type === 'broker-logger') && name !== '' ? { brokerId: Number(name) } : 'any'
}

/** One text per resource, for look-ups. */
export function resourceKey(resourceType: number, resourceName: string): string {
  return `${resourceType} ${resourceName}`
}

/** The error of a resource that the answer should have contained. */
export function missingResource(api: string, { type, name }: ConfigResource): Outcome<never> {
  return { ok: false, error: new ClientError('UNKNOWN_SERVER_ERROR', `the answer lacks the ${type} ${name}`, { api }) }
}
