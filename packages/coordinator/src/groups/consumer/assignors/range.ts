/**
 * The assignor `range`: each topic by itself in ranges of partitions, as even as can be. Topics that have the same number of partitions and the same
 * subscribers are divided alike, so that one member has the same partitions of all of them and can join them (co-partitioning). Within that, members
 * keep what they have, and get what moves with replicas in their racks as far as that leaves the sizes as they are (Kafka's own knows no racks here).
 */
import {
  type AssignableMember,
  type AssignableTopic,
  type Assignment,
  type AssignmentInput,
  type Draft,
  emptyDraft,
  give,
  inOrder,
} from './assignor.ts'

/** Topics that are divided alike. */
interface Bundle {
  readonly partitions: number
  readonly subscribers: readonly AssignableMember[]
  readonly topics: string[]
}

export function assignRange(input: AssignmentInput): Assignment {
  const draft = emptyDraft(input.members)
  for (const bundle of bundlesOf(input)) divide(bundle, input, draft)
  return draft
}

function bundlesOf({ members, topics }: AssignmentInput): Iterable<Bundle> {
  const subscribers = new Map<string, AssignableMember[]>()
  for (const member of inOrder(members)) {
    for (const topicId of member.topics) {
      const ofTopic = subscribers.get(topicId)
      if (ofTopic === undefined) subscribers.set(topicId, [member])
      else ofTopic.push(member)
    }
  }
  const bundles = new Map<string, Bundle>()
  const who = new SubscriberSets()
  for (const topicId of [...subscribers.keys()].sort()) {
    const { partitions } = topics.get(topicId)!
    const ofTopic = subscribers.get(topicId)!
    const key = `${partitions}:${who.numberOf(ofTopic)}`
    const bundle = bundles.get(key)
    if (bundle === undefined) bundles.set(key, { partitions, subscribers: ofTopic, topics: [topicId] })
    else bundle.topics.push(topicId)
  }
  return bundles.values()
}

/** Equal sets of subscribers get equal numbers. */
class SubscriberSets {
  readonly #sets: (readonly AssignableMember[])[] = []

  numberOf(members: readonly AssignableMember[]): number {
    const known = this.#sets.findIndex(
      (set) => set.length === members.length && set.every((member, index) => member === members[index]),
    )
    return known === -1 ? this.#sets.push(members) - 1 : known
  }
}

function divide(bundle: Bundle, { topics: described }: AssignmentInput, draft: Draft): void {
  const { partitions, topics } = bundle
  const rooms = roomsOf(bundle)
  const taken = new Set(rooms.flatMap(({ has }) => has))
  const free = new Set(Array.from({ length: partitions }, (_, partition) => partition).filter((it) => !taken.has(it)))
  const nearby = new Nearby(
    free,
    topics.map((topicId) => described.get(topicId)!),
  )
  for (const room of rooms) if (room.member.rack !== null) fill(room, nearby.of(room.member.rack), free)
  const inOrderOfNumber = free.values()
  for (const room of rooms) fill(room, inOrderOfNumber, free)
  for (const { member, has } of rooms) {
    for (const topicId of topics) for (const partition of has) give(draft, member.memberId, topicId, partition)
  }
}

/** What a member keeps, and how much it is to have. */
interface Room {
  readonly member: AssignableMember
  readonly has: number[]
  size: number
}

function roomsOf({ partitions, subscribers, topics }: Bundle): readonly Room[] {
  const quota = Math.floor(partitions / subscribers.length)
  let extras = partitions % subscribers.length
  const leader = mostAssigned(topics, subscribers)
  const taken = new Set<number>()
  const rooms = subscribers.map((member): Room => {
    const had = [...(member.target.get(leader) ?? [])]
      .filter((partition) => partition < partitions && !taken.has(partition))
      .sort((a, b) => a - b)
    const size = had.length > quota && extras > 0 ? quota + 1 : quota
    extras -= size - quota
    const has = had.slice(0, size)
    for (const partition of has) taken.add(partition)
    return { member, has, size }
  })
  for (const room of rooms) {
    if (extras === 0) break
    if (room.size > quota) continue
    room.size++
    extras--
  }
  return rooms
}

function fill({ has, size }: Room, from: Iterator<number>, free: Set<number>): void {
  while (has.length < size) {
    const { value, done } = from.next()
    if (done === true) return
    if (free.delete(value)) has.push(value)
  }
}

/** For each rack the partitions with replicas in it, first those of as many of these topics as can be. */
class Nearby {
  readonly #free: ReadonlySet<number>
  readonly #topics: readonly AssignableTopic[]
  /** What is left for members of a rack; it is made when the first one asks. */
  readonly #byRack = new Map<string, Iterator<number>>()

  constructor(free: ReadonlySet<number>, topics: readonly AssignableTopic[]) {
    this.#free = free
    this.#topics = topics.filter(({ racksOf }) => racksOf !== undefined)
  }

  of(rack: string): Iterator<number> {
    const known = this.#byRack.get(rack) ?? this.#inRack(rack).values()
    this.#byRack.set(rack, known)
    return known
  }

  #inRack(rack: string): number[] {
    const replicas = (partition: number) => this.#topics.filter((topic) => topic.racksOf!(partition).has(rack)).length
    return [...this.#free]
      .map((partition) => ({ partition, count: replicas(partition) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ partition }) => partition)
  }
}

/** The topic of a bundle whose present division the others follow. */
function mostAssigned(topics: readonly string[], subscribers: readonly AssignableMember[]): string {
  let best = { topicId: topics[0]!, count: -1 }
  for (const topicId of topics) {
    const count = subscribers.reduce((sum, member) => sum + (member.target.get(topicId)?.size ?? 0), 0)
    if (count > best.count) best = { topicId, count }
  }
  return best.topicId
}
