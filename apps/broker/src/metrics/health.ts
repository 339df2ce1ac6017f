/** Whether this broker serves, for load balancers and orchestrators. */
import type { MetadataImage } from '@ottla/replication'

export interface HealthFacts {
  readonly brokerId: number
  readonly state: 'starting' | 'serving' | 'stopping'
  /** Undefined before the first registration. */
  readonly image: MetadataImage | undefined
  readonly directories: readonly { readonly path: string; readonly isOffline: boolean }[]
}

/**
 * Why it does not serve; empty: it does. A controller that cannot be reached is no reason: the broker goes on with what it
 * leads, and a restart would not help.
 */
export function healthProblems({ brokerId, state, image, directories }: HealthFacts): string[] {
  const problems: string[] = []
  if (state !== 'serving') problems.push(`broker ${brokerId} is ${state}`)
  const registration = image?.brokers.get(brokerId)
  if (registration === undefined) problems.push('it is not registered at a controller')
  else if (registration.fenced) problems.push('it is fenced: the controller lets it lead nothing')
  if (directories.length > 0 && directories.every(({ isOffline }) => isOffline)) {
    problems.push(`no log directory is online: ${directories.map(({ path }) => path).join(', ')}`)
  }
  return problems
}
