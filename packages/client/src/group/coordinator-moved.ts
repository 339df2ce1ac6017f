import type { ErrorName } from '@ottla/protocol'

const MOVED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'REQUEST_TIMED_OUT',
  'BROKER_NOT_AVAILABLE',
])

/** Whether an error says that the group may be coordinated by another broker by now: `forgetCoordinator`, and ask again. */
export function coordinatorMayHaveMoved({ errorName }: { readonly errorName: ErrorName }): boolean {
  return MOVED.has(errorName)
}
