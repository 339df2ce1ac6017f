import { placeOf } from '../history.ts'
import type { Checker } from './checker.ts'
import { LossyElections } from './lossy-elections.ts'

/**
 * At rest a coordinator knows of its groups (members, assignments, epochs, offsets) just what the records in its log say, on whichever replica
 * they are replayed: a coordinator that takes over goes on where the one before has ended. After a lossy election the replicas need not have the
 * same: what one has dropped for the sake of a later record does not come back when that one is cut off.
 */
export function coordinatorsHoldTheirLogs(losesNothing?: (topic: string) => boolean): Checker {
  const elections = new LossyElections(losesNothing)
  return {
    name: 'coordinators hold their logs',
    see(event) {
      elections.see(event)
      if (event.kind !== 'coordinator') return undefined
      const isExcused = elections.excuse(placeOf(event), 0)
      const found: string[] = []
      for (const [node, replayed] of event.replayed) {
        if (isExcused && node !== event.node) continue
        for (const group of new Set([...event.groups.keys(), ...replayed.keys()])) {
          const [known, said] = [event.groups.get(group) ?? 'nothing', replayed.get(group) ?? 'nothing']
          if (known === said) continue
          found.push(`${placeOf(event)}: ${event.node} knows of ${group} ${known}; the log on ${node} says ${said}`)
        }
      }
      return found
    },
  }
}
