import type { ErrorName } from '@ottla/protocol'

/**
 * What an error of a heartbeat means for a member of the consumer protocol:
 * - `later`: the same again after a pause; `moved`: of another coordinator
 * - `rejoin`: the group has gone on without it; it joins anew
 * - `fail`: the application has to know; a further poll tries again
 * - `fenced`: another member has its name
 */
export type ConsumerVerdict = 'later' | 'moved' | 'rejoin' | 'fail' | 'fenced'

const VERDICTS: Readonly<Partial<Record<ErrorName, ConsumerVerdict>>> = {
  FENCED_MEMBER_EPOCH: 'rejoin',
  UNKNOWN_MEMBER_ID: 'rejoin',
  COORDINATOR_LOAD_IN_PROGRESS: 'later',
  COORDINATOR_NOT_AVAILABLE: 'moved',
  NOT_COORDINATOR: 'moved',
  NETWORK_EXCEPTION: 'moved',
  REQUEST_TIMED_OUT: 'moved',
  BROKER_NOT_AVAILABLE: 'moved',
  UNKNOWN_SERVER_ERROR: 'later',
  FENCED_INSTANCE_ID: 'fenced',
}

export function verdictOnConsumer(name: ErrorName, retriable: boolean): ConsumerVerdict {
  return VERDICTS[name] ?? (retriable ? 'later' : 'fail')
}
