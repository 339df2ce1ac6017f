/**
 * `uniform` for members with different subscriptions. Everybody keeps what it has of its topics; what nobody has goes to the subscriber with the least,
 * topics with few subscribers first; then partitions move, topic by topic, from the subscriber with the most to the one with the least as long as they
 * differ by two or more. Each move makes the sum of the squares smaller, so that it ends; at the end no single move makes it more even.
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

interface Holder {
  readonly member: AssignableMember
  count: number
}

interface MixedTopic {
  readonly topicId: string
  readonly partitions: number
  readonly subscribers: Holder[]
}

export function assignUniformMixed(input: AssignmentInput): Assignment {
  const draft = emptyDraft(input.members)
  const holders = inOrder(input.members).map((member) => ({ member, count: 0 }))
  const topics = topicsOf(input, holders)
  for (const topic of topics) handOut(topic, draft)
  while (topics.filter((topic) => balance(topic, draft)).length > 0);
  return draft
}

/** Those with few subscribers first: they leave the least choice. */
function topicsOf(input: AssignmentInput, holders: readonly Holder[]): readonly MixedTopic[] {
  const topics = new Map<string, MixedTopic>()
  for (const holder of holders) {
    for (const topicId of holder.member.topics) {
      const topic = topics.get(topicId)
      if (topic === undefined) {
        topics.set(topicId, { topicId, partitions: input.topics.get(topicId)!.partitions, subscribers: [holder] })
      } else {
        topic.subscribers.push(holder)
      }
    }
  }
  return [...topics.values()].sort(
    (a, b) => a.subscribers.length - b.subscribers.length || (a.topicId < b.topicId ? -1 : 1),
  )
}

function handOut({ topicId, partitions, subscribers }: MixedTopic, draft: Draft): void {
  const taken = new Uint8Array(partitions)
  for (const holder of subscribers) {
    for (const partition of holder.member.target.get(topicId) ?? []) {
      if (taken[partition] !== 0) continue
      taken[partition] = 1
      holder.count++
      give(draft, holder.member.memberId, topicId, partition)
    }
  }
  const least = new ByCount(subscribers)
  taken.forEach((isTaken, partition) => {
    if (isTaken === 0) give(draft, least.addToLeast().member.memberId, topicId, partition)
  })
}

/** Returns whether anything moved. */
function balance({ topicId, subscribers }: MixedTopic, draft: Draft): boolean {
  const byCount = [...subscribers].sort((a, b) => a.count - b.count)
  let moved = false
  let high = byCount.length - 1
  while (high > 0) {
    const from = byCount[high]!
    const partitions = draft.get(from.member.memberId)!.get(topicId)
    const to = byCount[0]!
    if (from.count - to.count < 2) break
    if (partitions === undefined || partitions.size === 0) {
      high--
      continue
    }
    const partition = lastOf(partitions)
    partitions.delete(partition)
    if (partitions.size === 0) draft.get(from.member.memberId)!.delete(topicId)
    give(draft, to.member.memberId, topicId, partition)
    from.count--
    to.count++
    moved = true
    sift(byCount, 0)
    sift(byCount, high)
  }
  return moved
}

function lastOf(partitions: ReadonlySet<number>): number {
  let last = -1
  for (const partition of partitions) last = partition
  return last
}

/** Puts the one at `index`, whose count has changed by one, back in its place. */
function sift(byCount: Holder[], index: number): void {
  let at = index
  while (at + 1 < byCount.length && byCount[at + 1]!.count < byCount[at]!.count) at = swap(byCount, at, at + 1)
  while (at > 0 && byCount[at - 1]!.count > byCount[at]!.count) at = swap(byCount, at, at - 1)
}

function swap(holders: Holder[], a: number, b: number): number {
  const held = holders[a]!
  holders[a] = holders[b]!
  holders[b] = held
  return b
}

/** Holders, of which the one with the least is at hand. */
class ByCount {
  readonly #holders: Holder[]

  constructor(holders: readonly Holder[]) {
    this.#holders = [...holders].sort((a, b) => a.count - b.count)
  }

  addToLeast(): Holder {
    const least = this.#holders[0]!
    least.count++
    sift(this.#holders, 0)
    return least
  }
}
