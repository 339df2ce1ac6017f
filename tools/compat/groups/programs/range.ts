/** Kafka's range assignor, for clients that let their users bring one. */

export interface Subscriber {
  readonly memberId: string
  readonly topics: ReadonlySet<string>
}

/** Of each topic, consecutive partitions in the order of the members' ids; the first ones get one more where it does not divide. */
export function rangeOf(
  subscribers: readonly Subscriber[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, Map<string, number[]>> {
  const byMember = new Map(subscribers.map(({ memberId }) => [memberId, new Map<string, number[]>()]))
  for (const [topic, count] of partitionCounts) {
    const members = subscribers
      .filter(({ topics }) => topics.has(topic))
      .map(({ memberId }) => memberId)
      .sort()
    let next = 0
    for (const [index, memberId] of members.entries()) {
      const size = Math.floor(count / members.length) + (index < count % members.length ? 1 : 0)
      const partitions = Array.from({ length: size }, () => next++)
      if (size > 0) byMember.get(memberId)!.set(topic, partitions)
    }
  }
  return byMember
}
