/**
 * AlterPartition: a leader asks for another ISR (KIP-497). Codes are Kafka's; what they tell the leader:
 *
 * - NONE: it is in the metadata, which the leader waits for.
 * - INELIGIBLE_REPLICA: the partition epoch is current and nothing was changed; a member is not registered, not under the epoch
 *   that it fetched with (KIP-903), fenced or about to stop (KIP-841).
 * - OPERATION_NOT_ATTEMPTED: the same; the request names more than is changed at once.
 * - INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH, NEW_LEADER_ELECTED: the metadata is ahead of the leader.
 * - NOT_CONTROLLER: the leader is ahead of this metadata. INVALID_REQUEST: no leader that keeps the rules asks for this.
 * - STALE_BROKER_EPOCH, of the whole request: it is not the session's broker that speaks.
 */
import { type AlterPartitionRequest, type AlterPartitionResponse, ErrorCode, type ErrorName } from '@ottla/protocol'
import {
  effectiveMinIsr,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  partitionChange,
  type TopicImage,
} from '@ottla/replication'
import { completedReassignment } from './moves.ts'
import { inBatches, type Outcome, unchanged } from './outcome.ts'
import { isLive, shrunkIsr } from './partition-changes.ts'

const RECOVERED = 0
const RECOVERING = 1
/** Bounds the time that one request takes; a leader proposes the rest again. */
const CHANGES_MAX = 20_000

type TopicProposal = AlterPartitionRequest['topics'][number]
type Proposal = TopicProposal['partitions'][number]
type TopicAnswer = AlterPartitionResponse['topics'][number]
type PartitionAnswer = TopicAnswer['partitions'][number]

/** The broker whose session the request came through. */
export interface Sender {
  readonly id: number
  readonly epoch: number
}

export function alterPartition(
  image: MetadataImage,
  request: AlterPartitionRequest,
  sender: Sender,
): Outcome<AlterPartitionResponse> {
  if (!speaksForItself(image, request, sender)) {
    return unchanged({ throttleTimeMs: 0, errorCode: ErrorCode.STALE_BROKER_EPOCH, topics: [] })
  }
  const round = new Round(image, sender.id)
  const topics = request.topics.map((topic) => round.topic(topic))
  return {
    batches: inBatches(round.records),
    reply: { throttleTimeMs: 0, errorCode: ErrorCode.NONE, topics },
  }
}

function speaksForItself(image: MetadataImage, { brokerId, brokerEpoch }: AlterPartitionRequest, sender: Sender) {
  const isSender = brokerId === sender.id && brokerEpoch === sender.epoch
  return isSender && image.brokers.get(sender.id)?.epoch === sender.epoch
}

class Round {
  readonly records: MetadataRecord[] = []
  readonly #image: MetadataImage
  readonly #sender: number
  /** Partitions that this request has changed: the image does not show it yet. */
  readonly #changed = new Set<PartitionImage>()

  constructor(image: MetadataImage, sender: number) {
    this.#image = image
    this.#sender = sender
  }

  topic({ topicId, partitions }: TopicProposal): TopicAnswer {
    const name = this.#image.topicNamesById.get(topicId)
    const topic = name === undefined ? undefined : this.#image.topics.get(name)
    return {
      topicId,
      partitions: partitions.map((proposal) =>
        topic === undefined ? refusal(proposal, 'UNKNOWN_TOPIC_ID') : this.#partition(topic, proposal),
      ),
    }
  }

  #partition(topic: TopicImage, proposal: Proposal): PartitionAnswer {
    const partition = topic.partitions[proposal.partitionIndex]
    if (partition === undefined) return refusal(proposal, 'UNKNOWN_TOPIC_OR_PARTITION')
    // The second proposal for a partition in one request is behind the first.
    if (this.#changed.has(partition)) return refusal(proposal, 'INVALID_UPDATE_VERSION')
    const error = invalid(partition, proposal, this.#sender) ?? this.#ineligible(partition, proposal)
    if (error !== undefined) return refusal(proposal, error)
    if (this.records.length >= CHANGES_MAX) return refusal(proposal, 'OPERATION_NOT_ATTEMPTED')
    return this.#commit(topic, partition, proposal)
  }

  /** The leader itself is not judged: one that is about to stop may still take in who can lead after it. */
  #ineligible({ isr }: PartitionImage, { newIsrWithEpochs }: Proposal): ErrorName | undefined {
    const isEligible = ({ brokerId, brokerEpoch }: Proposal['newIsrWithEpochs'][number]) => {
      if (brokerId === this.#sender) return true
      const broker = this.#image.brokers.get(brokerId)
      if (broker === undefined || broker.fenced || broker.shuttingDown) return false
      // -1: a member that has not fetched from this leader yet. Nobody comes in like that.
      return brokerEpoch === -1 ? isr.includes(brokerId) : brokerEpoch === broker.epoch
    }
    return newIsrWithEpochs.every(isEligible) ? undefined : 'INELIGIBLE_REPLICA'
  }

  #commit(topic: TopicImage, partition: PartitionImage, proposal: Proposal): PartitionAnswer {
    const change = committed(this.#image, { topic, partition }, proposal)
    if (change === undefined) return answer(partition)
    this.records.push(partitionChange(topic.id, partition.partition, change))
    this.#changed.add(partition)
    const leader = change.leader ?? this.#sender
    // The move that is complete now has taken the sender away: the change is made, and it leads no more.
    if (leader !== this.#sender) return refusal(proposal, 'NEW_LEADER_ELECTED')
    return answer({
      ...partition,
      isr: change.isr ?? partition.isr,
      leaderEpoch: partition.leaderEpoch + (typeof change.leader === 'number' ? 1 : 0),
      leaderRecoveryState: change.leaderRecoveryState ?? partition.leaderRecoveryState,
      partitionEpoch: partition.partitionEpoch + 1,
    })
  }
}

/** What is wrong with a proposal, in Kafka's order. */
function invalid(partition: PartitionImage, proposal: Proposal, sender: number): ErrorName | undefined {
  const { leaderEpoch, partitionEpoch, leaderRecoveryState } = proposal
  if (leaderEpoch > partition.leaderEpoch || partitionEpoch > partition.partitionEpoch) return 'NOT_CONTROLLER'
  if (leaderEpoch < partition.leaderEpoch) return 'FENCED_LEADER_EPOCH'
  if (sender !== partition.leader) return 'INVALID_REQUEST'
  if (partitionEpoch < partition.partitionEpoch) return 'INVALID_UPDATE_VERSION'
  const isr = proposal.newIsrWithEpochs.map(({ brokerId }) => brokerId)
  const isSet = new Set(isr).size === isr.length && isr.every((id) => partition.replicas.includes(id))
  if (!isSet || !isr.includes(sender)) return 'INVALID_REQUEST'
  if (leaderRecoveryState !== RECOVERED && leaderRecoveryState !== RECOVERING) return 'INVALID_REQUEST'
  // A leader that recovers takes nobody in before it is done, and does not begin to recover by itself (KIP-704).
  const recovers = leaderRecoveryState === RECOVERING
  return recovers && (isr.length > 1 || partition.leaderRecoveryState === RECOVERED) ? 'INVALID_REQUEST' : undefined
}

/** The change that makes the proposal true, with the reassignment that it completes; undefined when it is true already. */
function committed(
  image: MetadataImage,
  { topic, partition }: { readonly topic: TopicImage; readonly partition: PartitionImage },
  { newIsrWithEpochs, leaderRecoveryState }: Proposal,
): Parameters<typeof partitionChange>[2] | undefined {
  const isr = newIsrWithEpochs.map(({ brokerId }) => brokerId)
  const minIsr = effectiveMinIsr(image, topic.name, partition.replicas.length)
  const isSame = isr.length === partition.isr.length && isr.every((id) => partition.isr.includes(id))
  const recovers = leaderRecoveryState !== partition.leaderRecoveryState
  const completed = completedReassignment(partition, isr, (id) => isLive(image, id))
  if (isSame && !recovers && completed === undefined) return undefined
  return { ...shrunkIsr(partition, isr, { minIsr }), ...(recovers ? { leaderRecoveryState } : {}), ...completed }
}

function answer(partition: PartitionImage): PartitionAnswer {
  const { leader: leaderId, leaderEpoch, isr, leaderRecoveryState, partitionEpoch } = partition
  const errorCode = ErrorCode.NONE
  return {
    partitionIndex: partition.partition,
    errorCode,
    leaderId,
    leaderEpoch,
    isr: [...isr],
    leaderRecoveryState,
    partitionEpoch,
  }
}

function refusal({ partitionIndex }: Proposal, error: ErrorName): PartitionAnswer {
  const nothing = { leaderId: 0, leaderEpoch: 0, isr: [], leaderRecoveryState: 0, partitionEpoch: 0 }
  return { partitionIndex, errorCode: ErrorCode[error], ...nothing }
}
