/** The timers of consumer groups. Their keys are texts that tell what has expired; group and member ids may hold any character. */

export type MemberTimer = 'session' | 'rebalance' | 'join' | 'sync'
/**
 * - refresh: the topics of the group may have changed
 * - assign: the interval between two targets is over
 * - resolve: its regular expressions are due
 */
export type GroupTimer = 'refresh' | 'assign' | 'resolve'

export interface ExpiredTimer {
  readonly timer: MemberTimer | GroupTimer
  readonly groupId: string
  /** Empty for timers of groups. */
  readonly memberId: string
}

const MEMBER_TIMERS: readonly MemberTimer[] = ['session', 'rebalance', 'join', 'sync']

export function timerKey(timer: MemberTimer | GroupTimer, groupId: string, memberId = ''): string {
  return `consumer:${timer}:${groupId.length}:${groupId}${memberId}`
}

export function expiredTimer(key: string): ExpiredTimer {
  const [, timer, length] = key.split(':', 3) as [string, MemberTimer | GroupTimer, string]
  const start = 'consumer:'.length + timer.length + 1 + length.length + 1
  const end = start + Number(length)
  return { timer, groupId: key.slice(start, end), memberId: key.slice(end) }
}

/** All timers of a member end. */
export function memberTimersEnd(groupId: string, memberId: string) {
  return MEMBER_TIMERS.map((timer) => ({ key: timerKey(timer, groupId, memberId), afterMs: undefined }))
}
