import { placeOf } from '../history.ts'
import type { Checker } from './checker.ts'

/** In one leader epoch one incarnation of one broker leads. */
export function oneLeaderPerEpoch(): Checker {
  const leaders = new Map<string, string>()
  return {
    name: 'one leader per epoch',
    see(event) {
      if (event.kind !== 'replica' || event.role !== 'leading') return undefined
      const key = `${placeOf(event)} (${event.topicId}) epoch ${event.leaderEpoch}`
      const leader = `${event.node} (broker epoch ${event.brokerEpoch})`
      const known = leaders.get(key)
      if (known === undefined) leaders.set(key, leader)
      return known === undefined || known === leader ? undefined : [`${key}: led by ${known} and by ${leader}`]
    },
  }
}
