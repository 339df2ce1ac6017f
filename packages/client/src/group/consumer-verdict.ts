import type { ErrorName } from '@ottla/protocol'
import { coordinatorMayHaveMoved } from './coordinator-moved.ts'

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
  UNKNOWN_SERVER_ERROR: 'later',
  FENCED_INSTANCE_ID: 'fenced',
}

export function verdictOnConsumer(name: ErrorName, retriable: boolean): ConsumerVerdict {
  if (coordinatorMayHaveMoved({ errorName: name })) return 'moved'
  return VERDICTS[name] ?? (retriable ? 'later' : 'fail')
}
