/**
 * The assignor `range`: each topic by itself in ranges of partitions, as even as can be. Topics that have the same number of partitions and the same
 * subscribers are divided alike, so that one member has the same partitions of all of them and can join them (co-partitioning). Within that, members
 * keep what they have.
 */
import {
  type AssignableMember,
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
  for (const bundle of bundlesOf(input)) divide(bundle, draft)
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

function divide({ partitions, subscribers, topics }: Bundle, draft: Draft): void {
  const quota = Math.floor(partitions / subscribers.length)
  let extras = partitions % subscribers.length
  const taken = new Set<number>()
  const leader = mostAssigned(topics, subscribers)
  const kept = new Map<AssignableMember, number[]>()
  for (const member of subscribers) {
    const had = [...(member.target.get(leader) ?? [])]
      .filter((partition) => partition < partitions && !taken.has(partition))
      .sort((a, b) => a - b)
    const keeps = had.length > quota && extras > 0 ? quota + 1 : Math.min(had.length, quota)
    if (keeps > quota) extras--
    kept.set(member, had.slice(0, keeps))
    for (const partition of had.slice(0, keeps)) taken.add(partition)
  }
  const free = freePartitions(partitions, taken)
  for (const member of subscribers) {
    const has = kept.get(member)!
    const extra = has.length <= quota && extras > 0 ? 1 : 0
    extras -= extra
    while (has.length < quota + extra) has.push(free.next().value!)
    for (const topicId of topics) for (const partition of has) give(draft, member.memberId, topicId, partition)
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

function* freePartitions(partitions: number, taken: ReadonlySet<number>): Generator<number, undefined> {
  for (let partition = 0; partition < partitions; partition++) if (!taken.has(partition)) yield partition
  return undefined
}
