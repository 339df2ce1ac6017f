/**
 * A member as real clients are: it says what it owns only when that is news, asks for everything again only after an answer that did not come, and gives
 * partitions up in its own time. It owns a partition until it has said, or found out, that it does not.
 */
import { ErrorCode } from '@ottla/protocol'
import type { HeartbeatReply } from '../heartbeat.ts'
import type { ConsumerScene } from './consumer-scene.ts'
import { asListed, type Subscription } from './simulated-member.ts'

type HeartbeatBody = Parameters<ConsumerScene['heartbeat']>[0]

/** What becomes of a heartbeat: it arrives and is answered, its answer does not arrive, or it does not arrive itself. */
export type Fate = 'answered' | 'unanswered' | 'unheard'

const REBALANCE_TIMEOUT_MS = 60_000

export class QuietMember {
  readonly owned = new Set<string>()
  /** How many heartbeats go by before it gives up what it has to. */
  readonly slowness: number
  memberId: string
  isAlive = false
  /** It gives nothing up before the group has put it out. */
  isHanging = false
  readonly #scene: ConsumerScene
  readonly #name: string
  readonly #instanceId: string | null
  #life = 0
  #epoch = 0
  #subscription: Subscription = { names: ['t'], regex: '' }
  #target: readonly string[] | undefined
  #beatsLeft = 0
  #tells: 'nothing' | 'owned' | 'subscription' | 'everything' = 'everything'

  constructor(scene: ConsumerScene, name: string, options: { readonly instanceId: string | null; slowness: number }) {
    this.#scene = scene
    this.#name = name
    this.#instanceId = options.instanceId
    this.slowness = options.slowness
    this.memberId = `${name}-0`
  }

  /** Whether the coordinator counts it in. */
  get isKnown(): boolean {
    const { group } = this.#scene
    return this.isAlive && group?.kind === 'consumer' && group.members.has(this.memberId)
  }

  /** Another process. */
  start(subscription: Subscription): void {
    if (this.isAlive) return
    this.isAlive = true
    this.#life++
    this.memberId = `${this.#name}-${this.#life}`
    this.#subscription = subscription
    this.rejoin()
  }

  /** It begins again under its id, as after an error of its own. */
  rejoin(): void {
    this.owned.clear()
    this.#target = undefined
    this.isHanging = false
    this.#epoch = 0
    this.#tells = 'everything'
  }

  subscribe(subscription: Subscription): void {
    this.#subscription = subscription
    if (this.#tells !== 'everything') this.#tells = 'subscription'
  }

  die(): void {
    this.isAlive = false
    this.rejoin()
  }

  leave(forAWhile: boolean): void {
    if (!this.isAlive) return
    this.die()
    const memberEpoch = forAWhile && this.#instanceId !== null ? -2 : -1
    this.#scene.heartbeat({ memberId: this.memberId, instanceId: this.#instanceId, memberEpoch })
  }

  beat(fate: Fate = 'answered'): void {
    if (!this.isAlive) return
    this.#takeUp()
    const body = this.#body()
    const reply = fate === 'unheard' ? undefined : this.#scene.heartbeat(body)
    this.#tells = fate === 'answered' ? 'nothing' : 'everything'
    if (fate === 'answered') this.#answered(reply!)
  }

  /** In two steps: what goes is given up at once or later, and only then what comes is taken. */
  #takeUp(): void {
    const target = this.#target
    if (target === undefined) return
    const goes = [...this.owned].filter((partition) => !target.includes(partition))
    if (goes.length > 0 && (this.isHanging || this.#beatsLeft-- > 0)) return
    for (const partition of goes) this.owned.delete(partition)
    for (const partition of target) this.owned.add(partition)
    this.#target = undefined
    if (this.#tells === 'nothing') this.#tells = 'owned'
    else this.#tells = 'everything'
  }

  #body(): HeartbeatBody {
    const { names, regex } = this.#subscription
    const tells = this.#tells
    const tellsTopics = tells === 'everything' || tells === 'subscription'
    return {
      memberId: this.memberId,
      instanceId: this.#instanceId,
      memberEpoch: this.#epoch,
      rebalanceTimeoutMs: tells === 'everything' ? REBALANCE_TIMEOUT_MS : -1,
      subscribedTopicNames: tellsTopics ? [...names] : null,
      subscribedTopicRegex: tellsTopics ? regex : null,
      topicPartitions: tells === 'everything' || tells === 'owned' ? asListed(this.owned) : null,
    }
  }

  #answered({ errorCode, memberEpoch, assignment }: HeartbeatReply): void {
    switch (errorCode) {
      case ErrorCode.NONE:
        this.#epoch = memberEpoch
        if (assignment != null) this.#given(asTexts(assignment.topicPartitions))
        return
      case ErrorCode.FENCED_MEMBER_EPOCH:
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.GROUP_ID_NOT_FOUND:
        this.rejoin()
        return
      case ErrorCode.UNRELEASED_INSTANCE_ID:
        // The process before it has died, and is not missed yet.
        this.rejoin()
        return
      default:
        throw new Error(`${this.memberId} is told ${errorCode}`)
    }
  }

  #given(target: readonly string[]): void {
    if (this.#target === undefined) this.#beatsLeft = this.slowness
    this.#target = target
  }
}

function asTexts(
  partitions: readonly { readonly topicId: string; readonly partitions: readonly number[] }[],
): string[] {
  return partitions.flatMap(({ topicId, partitions: its }) => its.map((partition) => `${topicId}-${partition}`))
}
