/** Partitions by topic id (22 characters of base64url). Values that are shared and never changed. */

export type Partitions = ReadonlyMap<string, ReadonlySet<number>>

/** Partitions that a member holds, each with the epoch in which it was given (KIP-1251). */
export type HeldPartitions = ReadonlyMap<string, ReadonlyMap<number, number>>

/** As requests and records list them. */
export interface ListedPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export const NO_PARTITIONS: ReadonlyMap<string, never> = new Map<string, never>()

export function partitionsOf(listed: readonly ListedPartitions[]): Partitions {
  if (listed.length === 0) return NO_PARTITIONS
  return new Map(listed.map(({ topicId, partitions }) => [topicId, new Set(partitions)]))
}

/** Topics and partitions in ascending order, so that equal assignments make equal bytes. */
export function listed(partitions: Partitions | HeldPartitions): { topicId: string; partitions: number[] }[] {
  return [...partitions]
    .map(([topicId, ofTopic]) => ({ topicId, partitions: [...ofTopic.keys()].sort(ascending) }))
    .sort((a, b) => (a.topicId < b.topicId ? -1 : 1))
}

export function listedWithEpochs(held: HeldPartitions) {
  return listed(held).map(({ topicId, partitions }) => ({
    topicId,
    partitions,
    assignmentEpochs: partitions.map((partition) => held.get(topicId)!.get(partition)!),
  }))
}

export function samePartitions(a: Partitions, b: Partitions): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [topicId, ofA] of a) {
    const ofB = b.get(topicId)
    if (ofB === undefined || ofB.size !== ofA.size) return false
    for (const partition of ofA) if (!ofB.has(partition)) return false
  }
  return true
}

/** The same partitions, given in the same epochs. */
export function sameHeld(a: HeldPartitions, b: HeldPartitions): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [topicId, ofA] of a) {
    const ofB = b.get(topicId)
    if (ofB === undefined || ofB.size !== ofA.size) return false
    for (const [partition, epoch] of ofA) if (ofB.get(partition) !== epoch) return false
  }
  return true
}

/** Whether all that is listed is held. */
export function holdsAll(held: HeldPartitions, owned: readonly ListedPartitions[]): boolean {
  return owned.every(({ topicId, partitions }) => {
    if (partitions.length === 0) return held.has(topicId)
    const ofTopic = held.get(topicId)
    return ofTopic !== undefined && partitions.every((partition) => ofTopic.has(partition))
  })
}

/** Whether any of what is listed is held. */
export function holdsAny(held: HeldPartitions, owned: readonly ListedPartitions[]): boolean {
  return owned.some(({ topicId, partitions }) => {
    const ofTopic = held.get(topicId)
    return ofTopic !== undefined && partitions.some((partition) => ofTopic.has(partition))
  })
}

function ascending(a: number, b: number): number {
  return a - b
}
