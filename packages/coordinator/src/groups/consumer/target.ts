/** The target of a consumer group: what its assignor makes of its members, their subscriptions and the topics that exist. */
import type { MetadataImage, TopicImage } from '@ottla/replication'
import type { AssignableMember, AssignableTopic, Assignment, AssignmentInput } from './assignors/assignor.ts'
import { assignorByName } from './assignors/assignors.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, regexOf } from './consumer-member.ts'

export function computeTarget(group: ConsumerGroup, assignor: string | undefined, image: MetadataImage): Assignment {
  return assignorByName(assignor)(assignmentInput(group, image))
}

export function assignmentInput(group: ConsumerGroup, image: MetadataImage): AssignmentInput {
  const subscriptions = new Subscriptions(group, image)
  const racked = [...group.members.values()].some((member) => member.rackId !== null)
  const members = Array.from(
    group.members.values(),
    (member): AssignableMember => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      rack: member.rackId,
      topics: subscriptions.of(member),
      target: group.targetOf(member.memberId),
    }),
  )
  return {
    members,
    topics: subscriptions.topics(racked),
    holderOf: (topicId, partition) => group.holderOf(topicId, partition),
  }
}

/** The topics that each member is subscribed to and that exist: one array for all who are subscribed to the same. */
class Subscriptions {
  readonly #group: ConsumerGroup
  readonly #image: MetadataImage
  readonly #bySubscription = new Map<string, readonly string[]>()
  readonly #byTopics = new Map<string, readonly string[]>()
  readonly #found = new Map<string, TopicImage>()

  constructor(group: ConsumerGroup, image: MetadataImage) {
    this.#group = group
    this.#image = image
  }

  of(member: ConsumerMember): readonly string[] {
    const subscription = JSON.stringify([member.subscribedTopicNames, member.subscribedTopicRegex])
    let topics = this.#bySubscription.get(subscription)
    if (topics === undefined) {
      topics = this.#shared(subscribedTopicIds(this.#group, member, (name) => this.#find(name)))
      this.#bySubscription.set(subscription, topics)
    }
    return topics
  }

  topics(racked: boolean): ReadonlyMap<string, AssignableTopic> {
    return new Map(
      Array.from(this.#found.values(), (topic) => [
        topic.id,
        racked ? new RackedTopic(topic, this.#image) : { partitions: topic.partitions.length },
      ]),
    )
  }

  #find(name: string): string | undefined {
    const topic = this.#image.topics.get(name)
    if (topic !== undefined) this.#found.set(topic.id, topic)
    return topic?.id
  }

  #shared(ids: ReadonlySet<string>): readonly string[] {
    const sorted = [...ids].sort()
    const key = sorted.join()
    const known = this.#byTopics.get(key)
    if (known !== undefined) return known
    this.#byTopics.set(key, sorted)
    return sorted
  }
}

class RackedTopic implements AssignableTopic {
  readonly #topic: TopicImage
  readonly #image: MetadataImage

  constructor(topic: TopicImage, image: MetadataImage) {
    this.#topic = topic
    this.#image = image
  }

  get partitions(): number {
    return this.#topic.partitions.length
  }

  racksOf(partition: number): ReadonlySet<string> {
    const racks = new Set<string>()
    for (const id of this.#topic.partitions[partition]?.replicas ?? []) {
      const rack = this.#image.brokers.get(id)?.rack
      if (typeof rack === 'string') racks.add(rack)
    }
    return racks
  }
}

/** Ids of the topics that a member is subscribed to, by name or by what its expression has matched, as far as they exist. */
export function subscribedTopicIds(
  group: ConsumerGroup,
  member: ConsumerMember,
  idOf: (name: string) => string | undefined,
): ReadonlySet<string> {
  const ids = new Set<string>()
  const add = (name: string) => {
    const id = idOf(name)
    if (id !== undefined) ids.add(id)
  }
  member.subscribedTopicNames.forEach(add)
  const expression = regexOf(member)
  if (expression !== undefined) group.subscribed.resolved.get(expression)?.topics.forEach(add)
  return ids
}
