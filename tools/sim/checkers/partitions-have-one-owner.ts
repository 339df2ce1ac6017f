import { type GroupMembersEvent, type HandlingEvent, type LogLineEvent, type MovedEvent, placeOf } from '../history.ts'
import type { Checker } from './checker.ts'
import { Coordinators } from './coordinators.ts'

interface Owner {
  readonly client: string
  readonly memberId: string
}

/**
 * (1) In one generation, or member epoch, records of a partition are handled by one member only: whatever has happened to it and to its coordinator.
 * (2) Nobody is assigned a partition that another member owns: who was told that it has it, has neither given it up nor been told that it lost it,
 * whose process lives, and whom the coordinator takes for a member of that generation. (Who is no member any more, because its session or the time for
 * a rebalance is over, may own for as long as it does not know: that is why commits carry the generation. So may a static member of a classic group
 * that has not joined again when that time is over: it keeps its place in the group, and a generation begins without it, as KIP-345 has it.)
 * Excused: lossy elections of the coordinator's partition, after which generations come again, as they do when a group that nobody is in is joined
 * in another protocol.
 */
export function partitionsHaveOneOwner(
  losesNothing?: (topic: string) => boolean,
  changesProtocol: (group: string) => boolean = () => false,
): Checker {
  const coordinators = new Coordinators(losesNothing)
  /** Who handles, by group, place and epoch. */
  const handlers = new Map<string, string>()
  /** By group and place. */
  const owners = new Map<string, Map<string, Owner>>()
  const members = new Map<string, GroupMembersEvent>()
  /** Groups whose epochs may have begun again. */
  const begunAnew = new Set<string>()
  /** Static members in whose absence a generation has begun, by group and generation. */
  const absent = new Map<string, readonly string[]>()

  /** What a coordinator says when a generation begins; it may begin again, if the coordinator ended before it had written anything of it. */
  function seeGeneration({ fields: { group, generation, absent: its } }: LogLineEvent): void {
    if (Array.isArray(its)) absent.set(`${group} ${generation}`, its)
  }

  function seeHandling({ client, group, epoch, ...place }: HandlingEvent): string | undefined {
    const key = `${group} ${placeOf(place)} ${epoch}`
    // A static member stays who it is when it is started again.
    const name = client.replace(/#\d+$/, '')
    const other = handlers.get(key) ?? name
    handlers.set(key, name)
    if (other === name || begunAnew.has(group) || coordinators.mayHaveLost(group, 0)) return undefined
    return `${placeOf(place)} is handled by ${client} and by ${other} in epoch ${epoch} of ${group}`
  }

  function seeMoved({ client, memberId, group, how, partitions, epoch }: MovedEvent): string[] {
    return partitions.flatMap((place) => {
      const key = `${group} ${placeOf(place)}`
      const its = owners.get(key) ?? new Map<string, Owner>()
      owners.set(key, its)
      if (how !== 'assigned') {
        its.delete(client)
        return []
      }
      const known = members.get(group)?.members ?? []
      const isMember = (id: string) => known.some((member) => member.memberId === id)
      const without = absent.get(`${group} ${epoch}`) ?? []
      const takesPart = (id: string) => isMember(id) && !without.includes(id)
      // Who has stood still may hear of an assignment that is long over.
      const other = isMember(memberId)
        ? [...its.values()].find((owner) => owner.client !== client && takesPart(owner.memberId))
        : undefined
      its.set(client, { client, memberId })
      if (other === undefined || coordinators.mayHaveLost(group, 0)) return []
      return [
        `${placeOf(place)} is assigned to ${client} in epoch ${epoch} of ${group}, and ${other.client} owns it still`,
      ]
    })
  }

  return {
    name: 'partitions have one owner',
    see(event) {
      coordinators.see(event)
      switch (event.kind) {
        case 'handling': {
          const problem = seeHandling(event)
          return problem === undefined ? undefined : [problem]
        }
        case 'moved':
          return seeMoved(event)
        case 'member':
          if (event.what === 'is killed' || event.what === 'has closed')
            for (const its of owners.values()) its.delete(event.client)
          return undefined
        case 'log':
          seeGeneration(event)
          return undefined
        case 'group members':
          if (event.members.length === 0 && changesProtocol(event.group)) begunAnew.add(event.group)
          if (event.leaderEpoch >= (members.get(event.group)?.leaderEpoch ?? -1)) members.set(event.group, event)
          return undefined
        default:
          return undefined
      }
    },
  }
}
