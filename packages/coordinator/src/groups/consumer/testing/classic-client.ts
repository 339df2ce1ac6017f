/**
 * A client of the classic protocol that assigns partitions itself when it leads: eager (gives everything up before it joins) or cooperative (keeps what it
 * has, gives up what the assignment takes, joins again). `tick` is called again and again and does the next thing.
 */
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersioned,
  ErrorCode,
  encodeVersioned,
} from '@ottla/protocol'
import type { GroupCalls } from '../../requests.ts'
import { type ConsumerScene, GROUP } from './consumer-scene.ts'

type JoinReply = GroupCalls['join-group']['reply']
type SyncReply = GroupCalls['sync-group']['reply']

const SUBSCRIPTION_VERSION = 1
const JOIN_VERSION = 9
const SYNC_VERSION = 5
const PARTITIONS = 6

export class ClassicClient {
  memberId = ''
  /** `topic-partition` */
  readonly owned = new Set<string>()
  isOut = false
  readonly errors: string[] = []
  readonly #scene: ConsumerScene
  readonly #mode: 'eager' | 'cooperative'
  #generation = -1
  #phase: 'out' | 'joining' | 'syncing' | 'in' = 'out'
  #ticket = -1

  constructor(scene: ConsumerScene, mode: 'eager' | 'cooperative') {
    this.#scene = scene
    this.#mode = mode
  }

  get isMember(): boolean {
    return !this.isOut && this.memberId !== ''
  }

  /** The coordinator has moved: a reply that is missing never comes. */
  moved(): void {
    if (this.#phase === 'joining' || this.#phase === 'syncing') this.#phase = 'out'
  }

  tick(): void {
    if (this.isOut) return
    const reply = this.#scene.run.replies.get(this.#ticket)
    if (this.#phase === 'out') this.#join()
    else if (this.#phase === 'joining' && reply !== undefined) this.#joined(reply as JoinReply)
    else if (this.#phase === 'syncing' && reply !== undefined) this.#synced(reply as SyncReply)
    else if (this.#phase === 'in') this.#beat()
  }

  leave(): void {
    this.isOut = true
    this.owned.clear()
    this.#scene.call(
      'leave-group',
      { groupId: GROUP, memberId: '', members: [{ memberId: this.memberId, groupInstanceId: null, reason: null }] },
      5,
    )
  }

  #join(): void {
    if (this.#mode === 'eager') this.owned.clear()
    const subscription = { topics: ['t'], ownedPartitions: byTopic(this.owned) }
    const body = {
      groupId: GROUP,
      memberId: this.memberId,
      groupInstanceId: null,
      sessionTimeoutMs: 45_000,
      rebalanceTimeoutMs: 60_000,
      protocolType: 'consumer',
      protocols: [
        {
          name: this.#mode === 'eager' ? 'range' : 'cooperative-sticky',
          metadata: encodeVersioned(ConsumerProtocolSubscription, SUBSCRIPTION_VERSION, subscription),
        },
      ],
      reason: null,
    }
    this.#phase = 'joining'
    this.#ticket = this.#scene.run.send({ kind: 'join-group', body }, { apiVersion: JOIN_VERSION })
  }

  #joined(reply: JoinReply): void {
    if (this.#failed(reply.errorCode)) {
      if (reply.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.memberId = reply.memberId
      return
    }
    this.memberId = reply.memberId
    this.#generation = reply.generationId ?? -1
    const body = {
      groupId: GROUP,
      generationId: this.#generation,
      memberId: this.memberId,
      groupInstanceId: null,
      protocolType: reply.protocolType ?? null,
      protocolName: reply.protocolName ?? null,
      assignments: reply.leader === this.memberId ? this.#assignments(reply.members) : [],
    }
    this.#phase = 'syncing'
    this.#ticket = this.#scene.run.send({ kind: 'sync-group', body }, { apiVersion: SYNC_VERSION })
  }

  /** In turn; a cooperative leader takes away first what others have. */
  #assignments(members: JoinReply['members']) {
    const has = new Map(
      members.map(({ memberId, metadata }) => [
        memberId,
        decodeVersioned(ConsumerProtocolSubscription, metadata).ownedPartitions.flatMap(({ partitions }) => partitions),
      ]),
    )
    const ids = members.map(({ memberId }) => memberId).sort()
    return ids.map((memberId, index) => {
      const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)
        .filter((partition) => partition % ids.length === index)
        .filter((partition) => ids.every((other) => other === memberId || !has.get(other)!.includes(partition)))
      const value = { assignedPartitions: [{ topic: 't', partitions }] }
      return { memberId, assignment: encodeVersioned(ConsumerProtocolAssignment, SUBSCRIPTION_VERSION, value) }
    })
  }

  #synced(reply: SyncReply): void {
    if (this.#failed(reply.errorCode)) return
    const { assignedPartitions } = decodeVersioned(ConsumerProtocolAssignment, reply.assignment)
    const told = new Set(
      assignedPartitions.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}-${partition}`)),
    )
    const givesUp = [...this.owned].filter((partition) => !told.has(partition))
    for (const partition of givesUp) this.owned.delete(partition)
    for (const partition of told) this.owned.add(partition)
    this.#phase = givesUp.length > 0 ? 'out' : 'in'
  }

  #beat(): void {
    const body = {
      groupId: GROUP,
      generationId: this.#generation,
      memberId: this.memberId,
      groupInstanceId: null,
    }
    this.#failed(this.#scene.call('heartbeat', body, 4).errorCode)
  }

  /** Joins again: without an id when it has been forgotten. */
  #failed(errorCode: number): boolean {
    if (errorCode === 0) return false
    if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID) {
      this.memberId = ''
      this.owned.clear()
    }
    if (errorCode !== ErrorCode.REBALANCE_IN_PROGRESS && errorCode !== ErrorCode.MEMBER_ID_REQUIRED) {
      this.errors.push(String(errorCode))
    }
    this.#phase = 'out'
    return true
  }
}

function byTopic(owned: ReadonlySet<string>) {
  const partitions = [...owned].map((pair) => Number(pair.slice(pair.lastIndexOf('-') + 1)))
  return partitions.length === 0 ? [] : [{ topic: 't', partitions }]
}
