/** A member as a client is one: it owns what it was told last, gives up what it is told to give up, and says so with its next heartbeat. */
import { errorByCode } from '@ottla/protocol'
import type { HeartbeatReply } from '../heartbeat.ts'
import type { ConsumerScene } from './consumer-scene.ts'

export interface Subscription {
  readonly names: readonly string[]
  readonly regex: string
}

export class SimulatedMember {
  memberId: string
  epoch = 0
  isJoined = false
  /** `topicId-partition`: what it owns until it has said that it does not. */
  readonly owned = new Set<string>()
  /** What it was told to own, once it has said that it gave up the rest. */
  #told: readonly string[] | undefined
  #subscription: Subscription = { names: ['t'], regex: '' }
  #life = 0
  /** The reply to its last heartbeat: then it says everything again, and is told everything. */
  #wasLost = false
  readonly #name: string
  readonly #scene: ConsumerScene
  readonly #instanceId: string | null

  constructor(scene: ConsumerScene, name: string, instanceId: string | null) {
    this.#scene = scene
    this.#name = name
    this.memberId = `${name}-0`
    this.#instanceId = instanceId
  }

  /** Whether the coordinator still counts it in. */
  get isKnown(): boolean {
    const { group } = this.#scene
    return group?.kind === 'consumer' && group.members.has(this.memberId) && this.isJoined
  }

  /** Another process, with another id. */
  join(subscription: Subscription): void {
    if (this.isJoined) return
    this.#life++
    this.memberId = `${this.#name}-${this.#life}`
    this.#subscription = subscription
    this.#rejoin()
  }

  beat({ isLost }: { readonly isLost: boolean }): void {
    if (!this.isJoined) return
    this.#giveUp()
    const reply = this.#scene.heartbeat({
      memberId: this.memberId,
      instanceId: this.#instanceId,
      memberEpoch: this.epoch,
      topicPartitions: asListed(this.owned),
      ...(this.#wasLost ? this.#everything() : {}),
    })
    this.#wasLost = isLost
    if (!isLost) this.#take(reply)
  }

  leave(forAWhile: boolean): void {
    if (!this.isJoined) return
    this.isJoined = false
    this.owned.clear()
    this.#told = undefined
    const memberEpoch = forAWhile && this.#instanceId !== null ? -2 : -1
    this.#scene.heartbeat({ memberId: this.memberId, instanceId: this.#instanceId, memberEpoch })
  }

  die(): void {
    this.isJoined = false
    this.owned.clear()
    this.#told = undefined
  }

  #rejoin(): void {
    this.owned.clear()
    this.#told = undefined
    const reply = this.#scene.join(this.memberId, {
      instanceId: this.#instanceId,
      ...this.#everything(),
    })
    this.#wasLost = false
    this.isJoined = reply.errorCode === 0
    if (this.isJoined) this.#take(reply)
  }

  #everything() {
    return {
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: [...this.#subscription.names],
      subscribedTopicRegex: this.#subscription.regex,
    }
  }

  #giveUp(): void {
    const told = new Set(this.#told ?? this.owned)
    for (const partition of this.owned) if (!told.has(partition)) this.owned.delete(partition)
  }

  #take(reply: HeartbeatReply): void {
    if (reply.errorCode !== 0) {
      this.isJoined = false
      this.owned.clear()
      this.#told = undefined
      if (errorByCode(reply.errorCode).name === 'FENCED_MEMBER_EPOCH') this.#rejoin()
      return
    }
    this.epoch = reply.memberEpoch
    if (reply.assignment === null || reply.assignment === undefined) return
    this.#told = reply.assignment.topicPartitions.flatMap(({ topicId, partitions }) =>
      partitions.map((partition) => `${topicId}-${partition}`),
    )
    for (const partition of this.#told) this.owned.add(partition)
  }
}

export function asListed(owned: ReadonlySet<string>): { topicId: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>()
  for (const pair of owned) {
    const end = pair.lastIndexOf('-')
    const topicId = pair.slice(0, end)
    const partitions = topics.get(topicId) ?? []
    topics.set(topicId, [...partitions, Number(pair.slice(end + 1))])
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }))
}
