/**
 * Moving replicas (KIP-455), pure. A partition that is being moved lists the wanted replicas first and then those that will go:
 *
 *     replicas          = wanted + removingReplicas
 *     addingReplicas    = replicas that were not there when the move began
 *     replicas - adding = where a cancelled move goes back to
 *
 * A replica is in both lists when a move that added it is followed by one that does not want it any more.
 *
 * Nothing is lost: the move is complete in the record that commits an ISR with every wanted replica, and not before; until then those
 * that will go stay in the ISR. Whoever leaves takes nothing along, since each of the members that stay holds all committed records.
 * When replicas go a new leader epoch begins, so that what they still fetch is refused.
 */
import {
  type AlterPartitionReassignmentsRequest,
  type AlterPartitionReassignmentsResponse,
  ErrorCode,
} from '@ottla/protocol'
import {
  allowsUncleanElection,
  effectiveMinIsr,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  partitionChange,
  type TopicImage,
} from '@ottla/replication'
import { assert } from '@ottla/runtime'
import { completedReassignment, isReassigning, NOTHING_MOVES, wantedReplicas, without } from './moves.ts'
import { checkAssignment } from './new-partitions.ts'
import { inBatchesOfGroups, type Outcome } from './outcome.ts'
import { electLeader, isLive, NO_LEADER } from './partition-changes.ts'
import type { Assignment } from './placement.ts'
import { Refusal, shown } from './refusal.ts'

type Change = Parameters<typeof partitionChange>[2]

type Wish = AlterPartitionReassignmentsRequest['topics'][number]['partitions'][number]
type Result = AlterPartitionReassignmentsResponse['responses'][number]['partitions'][number]

/** Begins moves, changes those that are going on, and with null replicas stops them. Each partition is judged alone; the texts are Kafka's. */
export function alterPartitionReassignments(
  image: MetadataImage,
  request: AlterPartitionReassignmentsRequest,
): Outcome<AlterPartitionReassignmentsResponse> {
  const round = new Round(image, request.allowReplicationFactorChange)
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((wish) => round.judge(name, wish)),
  }))
  const { allowReplicationFactorChange } = request
  const done = { errorCode: ErrorCode.NONE, errorMessage: null }
  const reply = { throttleTimeMs: 0, allowReplicationFactorChange, ...done, responses }
  const batches = inBatchesOfGroups(round.records.map((record) => [record]))
  return { batches, reply }
}

class Round {
  readonly records: MetadataRecord[] = []
  readonly #image: MetadataImage
  readonly #allowsFactorChange: boolean
  /** Partitions that this request has changed: the image does not show it yet. */
  readonly #changed = new Set<PartitionImage>()

  constructor(image: MetadataImage, allowsFactorChange: boolean) {
    this.#image = image
    this.#allowsFactorChange = allowsFactorChange
  }

  judge(name: string, wish: Wish): Result {
    const { partitionIndex } = wish
    try {
      const { topic, partition } = this.#find(name, partitionIndex)
      const change = wish.replicas === null ? this.#cancel(topic, partition) : this.#move(partition, wish.replicas)
      this.#changed.add(partition)
      if (change !== undefined) this.records.push(partitionChange(topic.id, partitionIndex, change))
      return { partitionIndex, errorCode: ErrorCode.NONE, errorMessage: null }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { partitionIndex, errorCode: error.errorCode, errorMessage: error.message === '' ? null : error.message }
    }
  }

  #find(name: string, index: number): { readonly topic: TopicImage; readonly partition: PartitionImage } {
    const unknown = (what: string) => new Refusal('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find ${what}.`)
    const topic = this.#image.topics.get(name)
    if (topic === undefined) throw unknown(`a topic named ${shown(name)}`)
    const partition = topic.partitions[index]
    if (partition === undefined) throw unknown(`partition ${name}:${index}`)
    if (this.#changed.has(partition)) throw new Refusal('INVALID_REQUEST', 'The partition is named more than once.')
    return { topic, partition }
  }

  #move(partition: PartitionImage, wanted: Assignment): Change | undefined {
    checkAssignment(this.#image, wanted, wanted.length)
    if (!this.#allowsFactorChange) checkFactor(partition, wanted)
    const removingReplicas = ascending(without(partition.replicas, wanted))
    const replicas = [...wanted, ...removingReplicas]
    const addingReplicas = ascending(without(replicas, replicasBefore(partition)))
    const moving = { ...partition, replicas, addingReplicas, removingReplicas }
    const completed = completedReassignment(moving, partition.isr, (id) => isLive(this.#image, id))
    if (completed !== undefined) return completed
    return isSameAssignment(partition, moving) ? undefined : { replicas, addingReplicas, removingReplicas }
  }

  #cancel(topic: TopicImage, partition: PartitionImage): Change {
    if (!isReassigning(partition)) throw new Refusal('NO_REASSIGNMENT_IN_PROGRESS', '')
    const replicas = replicasBefore(partition)
    const stays = (id: number) => replicas.includes(id)
    const isr = partition.isr.filter(stays)
    const elr = partition.elr.filter(stays)
    const lastKnownElr = partition.lastKnownElr.filter(stays)
    const reverted: PartitionImage = { ...partition, replicas, isr, elr, lastKnownElr, ...NOTHING_MOVES }
    const minIsr = effectiveMinIsr(this.#image, topic.name, replicas.length)
    const led = this.#leaderOf(topic, reverted, minIsr)
    const kept = { isr: led.isr ?? isr, elr: led.elr ?? elr, lastKnownElr: led.lastKnownElr ?? lastKnownElr }
    const change = { ...led, replicas, ...kept, ...NOTHING_MOVES }
    return change.isr.length >= minIsr ? { ...change, elr: [] } : change
  }

  /**
   * Who leads the partition with the replicas that it had, and what that changes. Without any in-sync replica among them an eligible one
   * leads; when there is none of those either, going back would lose records.
   */
  #leaderOf(topic: TopicImage, reverted: PartitionImage, minIsr: number): Change {
    const { isr, elr, leader } = reverted
    if (isr.includes(leader)) return { leader }
    const mayLose = isr.length === 0 && allowsUncleanElection(this.#image, topic.name)
    const canLead = (id: number) => isLive(this.#image, id)
    const election = electLeader(topic, reverted, { canLead, minIsr, unclean: mayLose })
    if (election === undefined && leader === NO_LEADER && isr.length + elr.length > 0) return { leader }
    if (election === undefined || (election.mayHaveLost && !mayLose)) {
      const unable = `Unable to revert partition assignment for ${topic.name}:${reverted.partition}`
      throw new Refusal('INVALID_REPLICA_ASSIGNMENT', `${unable} because it would require an unclean leader election.`)
    }
    return changeOf(election.record)
  }
}

function changeOf(record: MetadataRecord): Change {
  assert(record.type === 'partitionChange', 'an election changes a partition')
  const { type: _, topicId, partition, ...change } = record
  return change
}

/** The replicas that the partition had before its move began; all when there is none. */
function replicasBefore({ replicas, addingReplicas }: PartitionImage): Assignment {
  return without(replicas, addingReplicas)
}

function checkFactor(partition: PartitionImage, wanted: Assignment): void {
  const now = wantedReplicas(partition).length
  if (now === wanted.length) return
  const text = `The replication factor is changed from ${now} to ${wanted.length}`
  throw new Refusal('INVALID_REPLICATION_FACTOR', text)
}

function isSameAssignment(before: PartitionImage, after: PartitionImage): boolean {
  const same = (left: Assignment, right: Assignment) =>
    left.length === right.length && left.every((id, index) => id === right[index])
  return (
    same(before.replicas, after.replicas) &&
    same(before.addingReplicas, after.addingReplicas) &&
    same(before.removingReplicas, after.removingReplicas)
  )
}

function ascending(ids: Assignment): Assignment {
  return ids.toSorted((left, right) => left - right)
}
