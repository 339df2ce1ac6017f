import type { MetadataImage, PartitionImage } from '@ottla/broker/internal'
import { placeOf, type SimEvent } from '../history.ts'
import type { Checker } from './checker.ts'

const RECOVERING = 1

/**
 * ISR and ELR together always hold every committed record. So from one image to the next at least one of them stays, unless all of them may
 * have lost unsynced data since they joined (`Doubts`), an unclean election is allowed or was asked for, or a reassignment is completed;
 * and who leads without having been one of them is marked as recovering. Also: a leader is a member of the ISR, ISR and ELR are replicas, epochs never fall.
 */
export function electionsLoseNothingUnsaid(mayBeUnclean: (topic: string) => boolean): Checker {
  const doubts = new Doubts()
  /** By place and broker: when the incarnation was registered that joined ISR or ELR. */
  const joinedMs = new Map<string, number>()
  let image: MetadataImage | undefined

  const isDoubtful = (place: string, broker: number) =>
    doubts.latestMs(broker) >= (joinedMs.get(`${place}/${broker}`) ?? 0)

  function judge(place: string, topic: string, before: PartitionImage | undefined, now: PartitionImage) {
    const holders = (partition: PartitionImage | undefined) => [...(partition?.isr ?? []), ...(partition?.elr ?? [])]
    const old = holders(before)
    const next = holders(now)
    const problem =
      shapeProblem(now) ??
      epochProblem(before, now) ??
      handOver({
        before,
        now,
        old,
        next,
        doubtful: (broker) => isDoubtful(place, broker),
        unclean: mayBeUnclean(topic),
      })
    for (const broker of next) {
      if (!old.includes(broker)) joinedMs.set(`${place}/${broker}`, doubts.registeredMs(broker))
    }
    return problem === undefined ? undefined : `${place}: ${problem}`
  }

  return {
    name: 'elections lose nothing unsaid',
    see(event) {
      doubts.see(event)
      if (event.kind !== 'image' || event.node !== 'controller') return undefined
      const known = image
      image = event.image
      const found: string[] = []
      for (const topic of event.image.topics.values()) {
        const earlier = known?.topics.get(topic.name)
        if (earlier === topic) continue
        for (const now of topic.partitions) {
          const before = earlier?.id === topic.id ? earlier.partitions[now.partition] : undefined
          if (before === now) continue
          const place = placeOf({ topic: topic.name, partition: now.partition })
          const problem = judge(place, topic.name, before, now)
          if (problem !== undefined) found.push(problem)
        }
      }
      return found
    },
  }
}

/** Since when a broker may lack what it had written: since it lost power, or since it ended when syncs of its disk had failed. */
class Doubts {
  readonly #latestMs = new Map<number, number>()
  readonly #unsynced = new Set<string>()
  readonly #incarnations = new Map<number, { readonly epoch: number; readonly registeredMs: number }>()

  latestMs(broker: number): number {
    return this.#latestMs.get(broker) ?? -1
  }

  registeredMs(broker: number): number {
    return this.#incarnations.get(broker)?.registeredMs ?? 0
  }

  see(event: SimEvent): void {
    if (event.kind === 'syncs fail') this.#unsynced.add(event.node)
    if (event.kind === 'down' && (this.#unsynced.delete(event.node) || event.why === 'power')) {
      this.#latestMs.set(brokerOf(event.node), event.atMs)
    }
    if (event.kind !== 'image' || event.node !== 'controller') return
    for (const { id, epoch } of event.image.brokers.values()) {
      if (this.#incarnations.get(id)?.epoch !== epoch) this.#incarnations.set(id, { epoch, registeredMs: event.atMs })
    }
  }
}

function brokerOf(node: string): number {
  return Number(node.split('-').at(-1))
}

function shapeProblem({ leader, isr, elr, replicas }: PartitionImage): string | undefined {
  if (leader >= 0 && !isr.includes(leader)) return `the leader ${leader} is not in the ISR ${isr.join(', ')}`
  const stranger = [...isr, ...elr].find((broker) => !replicas.includes(broker))
  if (stranger !== undefined) return `${stranger} is in ISR or ELR and no replica`
  const both = isr.find((broker) => elr.includes(broker))
  return both === undefined ? undefined : `${both} is in the ISR and in the ELR`
}

function epochProblem(before: PartitionImage | undefined, now: PartitionImage): string | undefined {
  if (before === undefined) return undefined
  if (now.leaderEpoch < before.leaderEpoch)
    return `the leader epoch fell from ${before.leaderEpoch} to ${now.leaderEpoch}`
  if (now.partitionEpoch < before.partitionEpoch)
    return `the partition epoch fell from ${before.partitionEpoch} to ${now.partitionEpoch}`
  if (now.leader !== before.leader && now.leaderEpoch === before.leaderEpoch)
    return `the leader changed from ${before.leader} to ${now.leader} within epoch ${now.leaderEpoch}`
  return undefined
}

/** Who was added has caught up in the same record in which the others leave: what it has to hold is another checker's matter. */
function isReassigned(before: PartitionImage, now: PartitionImage): boolean {
  return before.removingReplicas.length > 0 && now.removingReplicas.length === 0
}

interface HandOver {
  readonly before: PartitionImage | undefined
  readonly now: PartitionImage
  readonly old: readonly number[]
  readonly next: readonly number[]
  readonly doubtful: (broker: number) => boolean
  readonly unclean: boolean
}

function handOver({ before, now, old, next, doubtful, unclean }: HandOver): string | undefined {
  if (before === undefined || isReassigned(before, now)) return undefined
  // Two changes became durable at once; what lay between them cannot be seen.
  if (now.partitionEpoch > before.partitionEpoch + 1) return undefined
  const isRecovering = now.leaderRecoveryState === RECOVERING
  const isElected = now.leader >= 0 && now.leaderEpoch > before.leaderEpoch
  if (isElected && !isRecovering && !old.includes(now.leader))
    return `${now.leader} was elected in epoch ${now.leaderEpoch}, not in ISR or ELR (${old.join(', ')}), and nothing is said of a loss`
  if (old.length === 0 || old.some((broker) => next.includes(broker))) return undefined
  if (unclean && isElected && isRecovering) return undefined
  const sound = old.filter((broker) => !doubtful(broker))
  if (sound.length === 0) return undefined
  return `ISR and ELR were ${old.join(', ')} and are ${next.join(', ') || 'empty'}, though ${sound.join(', ')} has lost nothing`
}
