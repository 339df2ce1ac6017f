import type { ErrorName } from '@ottla/protocol'
import { coordinatorMayHaveMoved } from './coordinator-moved.ts'
import type { MemberApi } from './member.ts'

/**
 * What an error means for a classic member:
 * - `now`: join again at once, with the member id that came along
 * - `later`: the same again after a pause
 * - `moved`: so too, of another coordinator
 * - `rebalance`: the group waits for this member to join again
 * - `reset`: the group has gone on without it; it joins as a new one
 * - `fail`: the application has to know; a further poll tries again
 * - `fenced`: another member has its name
 */
export type ClassicVerdict = 'now' | 'later' | 'moved' | 'rebalance' | 'reset' | 'fail' | 'fenced'

const VERDICTS: Readonly<Partial<Record<ErrorName, ClassicVerdict>>> = {
  MEMBER_ID_REQUIRED: 'now',
  UNKNOWN_MEMBER_ID: 'reset',
  ILLEGAL_GENERATION: 'reset',
  REBALANCE_IN_PROGRESS: 'rebalance',
  COORDINATOR_LOAD_IN_PROGRESS: 'later',
  // A broker that stumbled, not the group: other clients end here.
  UNKNOWN_SERVER_ERROR: 'later',
  FENCED_INSTANCE_ID: 'fenced',
}

export function verdictOnClassic(api: MemberApi, name: ErrorName, retriable: boolean): ClassicVerdict {
  if (coordinatorMayHaveMoved({ errorName: name })) return 'moved'
  const verdict = VERDICTS[name] ?? (retriable ? 'later' : 'fail')
  // A group that is completing a rebalance has it pass first.
  return api === 'joinGroup' && verdict === 'rebalance' ? 'later' : verdict
}
