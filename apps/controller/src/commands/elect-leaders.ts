/**
 * ElectLeaders: an operator asks for the preferred leaders, or for any leader at all. Codes and texts are Kafka's.
 *
 * - preferred: the first replica leads if it is live and in sync.
 * - unclean: a partition without leader gets one; when no in-sync, eligible or last known leader is live, any live replica. What only
 *   the others hold is lost then.
 */
import { type ElectLeadersRequest, type ElectLeadersResponse, ErrorCode, type ErrorName } from '@ottla/protocol'
import {
  effectiveMinIsr,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  partitionChange,
  type TopicImage,
} from '@ottla/replication'
import { inBatches, type Outcome } from './outcome.ts'
import { electLeader, isLive, NO_LEADER } from './partition-changes.ts'
import { shown } from './refusal.ts'

const PREFERRED = 0
const UNCLEAN = 1

type TopicResult = ElectLeadersResponse['replicaElectionResults'][number]
type PartitionResult = TopicResult['partitionResult'][number]

/** `record` is null when there is nothing to elect, or nobody. */
type Judgement =
  | { readonly record: MetadataRecord }
  | { readonly record: null; readonly error: ErrorName; readonly message: string }

/** Version 0 knows preferred elections only. */
export function electLeaders(image: MetadataImage, request: ElectLeadersRequest): Outcome<ElectLeadersResponse> {
  const round = new Round(image, request.electionType)
  const replicaElectionResults = request.topicPartitions === null ? round.all() : round.some(request.topicPartitions)
  const errorCode = round.isKnownType ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST
  const reply = { throttleTimeMs: 0, errorCode, replicaElectionResults }
  return { batches: inBatches(round.records), reply }
}

class Round {
  readonly records: MetadataRecord[] = []
  readonly #image: MetadataImage
  readonly #type: number
  /** Partitions that this request has elected a leader for: the image does not show it yet. */
  readonly #elected = new Set<PartitionImage>()

  constructor(image: MetadataImage, type: number) {
    this.#image = image
    this.#type = type
  }

  get isKnownType(): boolean {
    return this.#type === PREFERRED || this.#type === UNCLEAN
  }

  /** Of all partitions those are answered that needed an election; every topic is named. */
  all(): TopicResult[] {
    const topics = this.isKnownType ? [...this.#image.topics.values()] : []
    return topics.map(({ name, partitions }) => ({
      topic: name,
      partitionResult: partitions
        .map(({ partition }) => this.#elect(name, partition))
        .filter(({ errorCode }) => errorCode !== ErrorCode.ELECTION_NOT_NEEDED),
    }))
  }

  some(asked: NonNullable<ElectLeadersRequest['topicPartitions']>): TopicResult[] {
    return asked.map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partition) => this.#elect(topic, partition)),
    }))
  }

  #elect(topic: string, partition: number): PartitionResult {
    const judgement = this.#judge(topic, partition)
    if (judgement.record === null) {
      return { partitionId: partition, errorCode: ErrorCode[judgement.error], errorMessage: judgement.message }
    }
    this.records.push(judgement.record)
    return { partitionId: partition, errorCode: ErrorCode.NONE, errorMessage: null }
  }

  #judge(name: string, index: number): Judgement {
    if (!this.isKnownType) return refusal('INVALID_REQUEST', `Unknown election type ${this.#type}`)
    const topic = this.#image.topics.get(name)
    if (topic === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${shown(name)}`)
    const partition = topic.partitions[index]
    if (partition === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${name}-${index}`)
    const wanted =
      this.#type === PREFERRED ? partition.leader !== partition.replicas[0] : partition.leader === NO_LEADER
    if (!wanted || this.#elected.has(partition)) {
      return refusal('ELECTION_NOT_NEEDED', 'Leader election not needed for topic partition.')
    }
    const judgement = this.#type === PREFERRED ? this.#preferred(topic, partition) : this.#any(topic, partition)
    if (judgement.record !== null) this.#elected.add(partition)
    return judgement
  }

  #preferred(topic: TopicImage, partition: PartitionImage): Judgement {
    const preferred = partition.replicas[0]
    if (preferred === undefined || !partition.isr.includes(preferred) || !isLive(this.#image, preferred)) {
      return refusal('PREFERRED_LEADER_NOT_AVAILABLE', 'The preferred leader was not available.')
    }
    const record = partitionChange(topic.id, partition.partition, { leader: preferred })
    return { record }
  }

  #any(topic: TopicImage, partition: PartitionImage): Judgement {
    const canLead = (id: number) => isLive(this.#image, id)
    const minIsr = effectiveMinIsr(this.#image, topic.name, partition.replicas.length)
    const election = electLeader(topic, partition, { canLead, minIsr, unclean: true })
    if (election === undefined) {
      return refusal('ELIGIBLE_LEADERS_NOT_AVAILABLE', 'Eligible topic partition leaders are not available.')
    }
    return { record: election.record }
  }
}

function refusal(error: ErrorName, message: string): Judgement {
  return { record: null, error, message }
}
