import { errorByCode, type MetadataResponse, ZERO_UUID } from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'
import { ClientError } from '../errors.ts'

export interface Leader {
  readonly brokerId: number
  /** -1 from brokers that do not say. */
  readonly epoch: number
}

interface Topic {
  topicId: string
  readonly leaders: Map<number, Leader>
}

const NO_LEADER = -1

/** Who leads which partition, as far as metadata and the hints of refusals have told. Never goes back to an older epoch (KIP-320). */
export class Leaders {
  private readonly topics = new Map<string, Topic>()

  find({ topic, partition }: TopicPartition): Leader | undefined {
    return this.topics.get(topic)?.leaders.get(partition)
  }

  topicId(topic: string): string {
    return this.topics.get(topic)?.topicId ?? ZERO_UUID
  }

  nameOf(topicId: string): string | undefined {
    for (const [name, topic] of this.topics) if (topic.topicId === topicId) return name
    return undefined
  }

  /** Takes an answer of Metadata over; returns what it says against topics that were asked for. */
  update({ topics }: Pick<MetadataResponse, 'topics'>): ClientError[] {
    const errors: ClientError[] = []
    for (const { name, topicId, errorCode, partitions } of topics) {
      if (name === null) continue
      if (errorCode !== 0) {
        errors.push(new ClientError(errorByCode(errorCode).name, undefined, { api: 'Metadata', topic: name }))
        continue
      }
      const topic = this.topicOf(name, topicId)
      for (const { partitionIndex, leaderId, leaderEpoch } of partitions) {
        keepLeader(topic, partitionIndex, { brokerId: leaderId, epoch: leaderEpoch })
      }
    }
    return errors
  }

  /** What a broker that does not lead says about who does (KIP-951); says whether it was news. */
  hint({ topic, partition }: TopicPartition, leader: Leader): boolean {
    const known = this.topics.get(topic)
    if (known === undefined || leader.brokerId === NO_LEADER) return false
    const before = known.leaders.get(partition)
    if (before !== undefined && leader.epoch <= before.epoch) return false
    known.leaders.set(partition, leader)
    return true
  }

  /** A topic that was deleted and created again begins with its epochs anew. */
  private topicOf(name: string, topicId: string): Topic {
    let topic = this.topics.get(name)
    if (topic === undefined || topic.topicId !== topicId) {
      topic = { topicId, leaders: new Map() }
      this.topics.set(name, topic)
    }
    return topic
  }
}

function keepLeader(topic: Topic, partition: number, leader: Leader): void {
  const before = topic.leaders.get(partition)
  if (before !== undefined && leader.epoch < before.epoch) return
  if (leader.brokerId !== NO_LEADER) topic.leaders.set(partition, leader)
  else if (before === undefined || leader.epoch > before.epoch) topic.leaders.delete(partition)
}
