import { fenceMembers } from './fence.ts'
import { refreshExpressions, refreshGroup } from './refresh.ts'
import { assignWhenDue } from './steps.ts'
import type { ExpiredTimer } from './timers.ts'
import { groupOf, type Work } from './world.ts'

const REASONS = {
  session: 'its session is over',
  rebalance: 'it did not give up its partitions in time',
  join: 'it did not join again in time',
  sync: 'it did not sync in time',
} as const

/** What follows when a timer of a group has expired. Timers end when they have become pointless; one that was on its way may come all the same. */
export function timeIsUp(work: Work, { timer, memberId }: ExpiredTimer): void {
  switch (timer) {
    case 'assign':
      assignWhenDue(work, true)
      return
    case 'refresh':
      refreshGroup(work)
      return
    case 'resolve':
      refreshExpressions(work)
      return
    default: {
      const member = groupOf(work).members.get(memberId)
      if (member === undefined || (timer === 'rebalance' && member.state !== 'unrevoked')) return
      fenceMembers(work, [member], REASONS[timer])
    }
  }
}
