/**
 * Leads one member one step towards the target.
 *
 *   stable ---- the target is newer ---> has to give something up?
 *     yes: unrevoked, in its old epoch, until a heartbeat lists none of it as owned
 *     no:  the target's epoch, with all that is free: stable; unreleased while others hold some of it
 *
 * A member is given a partition only when nobody holds it, and holds it until it has acknowledged giving it up, so that no two have it at a time.
 */
import { type ConsumerMember, isReconciledTo, type MemberState } from './consumer-member.ts'
import { type HeldPartitions, holdsAny, type ListedPartitions, NO_PARTITIONS, type Partitions } from './partitions.ts'
import { GroupRefusal } from './refusal.ts'

export interface ReconcileInput {
  readonly targetEpoch: number
  readonly target: Partitions
  /** Ids of the topics that it is subscribed to and that exist. Asked for when it is needed. */
  subscribedTopicIds(): ReadonlySet<string>
  holderOf(topicId: string, partition: number): string | undefined
  /** What the member says it owns; undefined: it says nothing. */
  readonly owned: readonly ListedPartitions[] | undefined
  /** It has just changed its subscription: what it is no longer subscribed to goes at once, whether or not there is a target for it yet. */
  readonly hasNewSubscription: boolean
}

/** The member as it is to be; the same object when nothing changes. */
export function reconcile(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  if (!input.hasNewSubscription && isReconciledTo(member, input.targetEpoch)) return member
  switch (member.state) {
    case 'stable':
      return member.memberEpoch === input.targetEpoch
        ? withoutUnsubscribed(member, input)
        : nextStep(member, input, member.memberEpoch)
    case 'unrevoked':
      if (!ownsAny(member.revoking, input)) return nextStep(member, input, member.memberEpoch)
      return input.hasNewSubscription ? withoutUnsubscribed(member, input) : member
    case 'unreleased':
      return nextStep(member, input, member.memberEpoch)
    case 'unknown':
      if (input.owned === undefined || input.owned.length > 0) {
        throw new GroupRefusal(
          'FENCED_MEMBER_EPOCH',
          'The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin.',
        )
      }
      return nextStep(member, input, input.targetEpoch)
  }
}

/** Who does not say what it owns may own all that it had. */
function ownsAny(held: HeldPartitions, { owned }: ReconcileInput): boolean {
  return owned === undefined ? held.size > 0 : holdsAny(held, owned)
}

function nextStep(member: ConsumerMember, input: ReconcileInput, heldEpoch: number): ConsumerMember {
  const split = splitBy(member, input)
  if (split.revoking.size > 0 && ownsAny(split.revoking, input)) {
    return moved(member, { state: 'unrevoked', epoch: heldEpoch, assigned: split.kept, revoking: split.revoking })
  }
  const assigned = new Map(split.kept)
  for (const [topicId, partitions] of split.free) {
    const ofTopic = new Map(assigned.get(topicId))
    for (const partition of partitions) ofTopic.set(partition, input.targetEpoch)
    assigned.set(topicId, ofTopic)
  }
  const state = split.waitsForOthers ? 'unreleased' : 'stable'
  return moved(member, { state, epoch: input.targetEpoch, assigned, revoking: NO_PARTITIONS })
}

interface Split {
  /** Of what it has, what the target has too. */
  readonly kept: Map<string, ReadonlyMap<number, number>>
  /** The rest of what it has. */
  readonly revoking: Map<string, ReadonlyMap<number, number>>
  /** Of what the target adds, what nobody else holds. */
  readonly free: Map<string, readonly number[]>
  readonly waitsForOthers: boolean
}

function splitBy(member: ConsumerMember, input: ReconcileInput): Split {
  const kept: Split['kept'] = new Map()
  const revoking: Split['revoking'] = new Map()
  const free: Split['free'] = new Map()
  let waitsForOthers = false
  const subscribed = input.subscribedTopicIds()
  for (const topicId of new Set([...input.target.keys(), ...member.assigned.keys()])) {
    const target = subscribed.has(topicId) ? input.target.get(topicId) : undefined
    const has = member.assigned.get(topicId) ?? NO_EPOCHS
    addTo(
      kept,
      topicId,
      [...has].filter(([partition]) => target?.has(partition) === true),
    )
    addTo(
      revoking,
      topicId,
      [...has].filter(([partition]) => target?.has(partition) !== true),
    )
    const added = [...(target ?? [])].filter((partition) => !has.has(partition))
    const available = added.filter((partition) => {
      const holder = input.holderOf(topicId, partition)
      return holder === undefined || holder === member.memberId
    })
    if (available.length > 0) free.set(topicId, available)
    waitsForOthers ||= available.length < added.length
  }
  return { kept, revoking, free, waitsForOthers }
}

const NO_EPOCHS: ReadonlyMap<number, number> = new Map()

function addTo(
  held: Map<string, ReadonlyMap<number, number>>,
  topicId: string,
  entries: readonly (readonly [number, number])[],
): void {
  if (entries.length > 0) held.set(topicId, new Map(entries))
}

/** Takes away what it is no longer subscribed to, in the epoch that it is in. */
function withoutUnsubscribed(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  const subscribed = input.subscribedTopicIds()
  const gone = [...member.assigned].filter(([topicId]) => !subscribed.has(topicId))
  if (gone.length === 0) return member
  const assigned = new Map([...member.assigned].filter(([topicId]) => subscribed.has(topicId)))
  const revoking = new Map(member.revoking)
  for (const [topicId, partitions] of gone) {
    revoking.set(topicId, new Map([...(revoking.get(topicId) ?? []), ...partitions]))
  }
  return ownsAny(revoking, input)
    ? moved(member, { state: 'unrevoked', epoch: member.memberEpoch, assigned, revoking })
    : moved(member, { state: member.state, epoch: member.memberEpoch, assigned, revoking: member.revoking })
}

interface Step {
  readonly state: MemberState
  readonly epoch: number
  readonly assigned: HeldPartitions
  readonly revoking: HeldPartitions
}

/** The epoch that it leaves is kept even when it stays in it, as Kafka does: a reply that was lost may be asked for again. */
function moved(member: ConsumerMember, { state, epoch, assigned, revoking }: Step): ConsumerMember {
  return { ...member, state, assigned, revoking, memberEpoch: epoch, previousMemberEpoch: member.memberEpoch }
}
