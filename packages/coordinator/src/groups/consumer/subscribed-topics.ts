/** Which topics the members of a group are subscribed to, by name and by what their regular expressions matched. Counts, kept member by member. */
import { type MemberMetadata, regexOf } from './consumer-member.ts'
import type { ResolvedRegex } from './consumer-records.ts'

export class SubscribedTopics {
  readonly #byName = new Map<string, number>()
  /** How many resolved expressions that someone uses contain a topic. */
  readonly #byRegex = new Map<string, number>()
  readonly #subscribersOf = new Map<string, number>()
  readonly #resolved = new Map<string, ResolvedRegex>()

  has(topic: string): boolean {
    return this.#byName.has(topic) || this.#byRegex.has(topic)
  }

  /** Walks through whichever are fewer: a broker that comes or goes changes thousands of topics, of which most groups have one. */
  hasAny(topics: ReadonlySet<string>): boolean {
    if (topics.size <= this.#byName.size + this.#byRegex.size) {
      for (const topic of topics) if (this.has(topic)) return true
      return false
    }
    for (const topic of this.#byName.keys()) if (topics.has(topic)) return true
    for (const topic of this.#byRegex.keys()) if (topics.has(topic)) return true
    return false
  }

  /** All of them, each once. */
  names(): Set<string> {
    return new Set([...this.#byName.keys(), ...this.#byRegex.keys()])
  }

  /** Expressions that members use. */
  get expressions(): ReadonlyMap<string, number> {
    return this.#subscribersOf
  }

  get resolved(): ReadonlyMap<string, ResolvedRegex> {
    return this.#resolved
  }

  add(member: MemberMetadata): void {
    this.#count(member, 1)
  }

  remove(member: MemberMetadata): void {
    this.#count(member, -1)
  }

  /** Undefined: the expression is resolved no more. */
  resolve(expression: string, resolved: ResolvedRegex | undefined): void {
    for (const topic of this.#resolved.get(expression)?.topics ?? []) add(this.#byRegex, topic, -1)
    for (const topic of resolved?.topics ?? []) add(this.#byRegex, topic, 1)
    if (resolved === undefined) this.#resolved.delete(expression)
    else this.#resolved.set(expression, resolved)
  }

  #count(member: MemberMetadata, by: 1 | -1): void {
    for (const name of member.subscribedTopicNames) add(this.#byName, name, by)
    const expression = regexOf(member)
    if (expression !== undefined) add(this.#subscribersOf, expression, by)
  }
}

/** A count that is down to zero goes. */
export function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
