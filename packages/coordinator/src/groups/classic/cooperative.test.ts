/** Cooperative rebalancing (KIP-429) needs nothing of the coordinator; here it is in whole, with the bytes that consumers send. */
import { describe, expect, it } from '@jest/globals'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
  type JoinGroupRequest,
} from '@ottla/protocol'
import type { GroupCalls } from '../requests.ts'
import { ClassicScene, GROUP } from '../testing/classic-scene.ts'

type JoinReply = GroupCalls['join-group']['reply']
type SyncReply = GroupCalls['sync-group']['reply']

const PARTITIONS = [0, 1, 2, 3]

/** A consumer that owns what it was given, and gives up first what another is to have. */
class Consumer {
  memberId = ''
  owned: readonly number[] = []
  generation = -1
  joining = -1
  syncing = -1
  readonly name: string
  readonly scene: ClassicScene

  constructor(scene: ClassicScene, name: string) {
    this.scene = scene
    this.name = name
  }

  join(): void {
    const metadata = encodeVersioned(ConsumerProtocolSubscription, 1, {
      topics: ['t'],
      ownedPartitions: [{ topic: 't', partitions: [...this.owned] }],
    })
    const body: JoinGroupRequest = {
      groupId: GROUP,
      memberId: this.memberId,
      groupInstanceId: null,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 60_000,
      protocolType: 'consumer',
      protocols: [{ name: 'cooperative-sticky', metadata }],
      reason: null,
    }
    this.joining = this.scene.run.send({ kind: 'join-group', body }, { clientId: this.name, apiVersion: 9 })
    const reply = this.scene.run.replies.get(this.joining) as JoinReply | undefined
    if (reply?.errorCode !== 79) return
    this.memberId = reply.memberId
    this.join()
  }

  sync(): void {
    const joined = this.scene.run.replies.get(this.joining) as JoinReply
    this.generation = joined.generationId ?? -1
    const body = {
      groupId: GROUP,
      generationId: this.generation,
      memberId: this.memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'cooperative-sticky',
      assignments: assign(joined.members),
    }
    this.syncing = this.scene.run.send({ kind: 'sync-group', body }, { apiVersion: 5 })
  }

  /** True if it had to give something up, and therefore joins again. */
  take(): boolean {
    const { assignment } = this.scene.run.replies.get(this.syncing) as SyncReply
    const given = partitionsIn(assignment)
    const revoked = this.owned.some((partition) => !given.includes(partition))
    this.owned = given
    return revoked
  }
}

function partitionsIn(assignment: Uint8Array): readonly number[] {
  return decodeVersioned(ConsumerProtocolAssignment, assignment).assignedPartitions.flatMap((topic) => topic.partitions)
}

/** Even shares; a partition that is owned by somebody else waits until it has been given up. */
function assign(members: JoinReply['members']): { memberId: string; assignment: Uint8Array }[] {
  const owned = new Map(
    members.flatMap((one) =>
      decodeVersioned(ConsumerProtocolSubscription, one.metadata)
        .ownedPartitions.flatMap((topic) => topic.partitions)
        .map((partition) => [partition, one.memberId] as const),
    ),
  )
  const shares = new Map(members.map((one) => [one.memberId, [] as number[]]))
  const most = Math.ceil(PARTITIONS.length / Math.max(members.length, 1))
  for (const [partition, memberId] of owned) {
    const share = shares.get(memberId)
    if (share !== undefined && share.length < most) share.push(partition)
  }
  for (const partition of PARTITIONS) {
    if (owned.has(partition)) continue
    const [smallest] = [...shares.values()].sort((a, b) => a.length - b.length)
    smallest?.push(partition)
  }
  return [...shares].map(([memberId, partitions]) => ({
    memberId,
    assignment: encodeVersioned(ConsumerProtocolAssignment, 1, { assignedPartitions: [{ topic: 't', partitions }] }),
  }))
}

function ownersOf(consumers: readonly Consumer[]): number[] {
  return PARTITIONS.map((partition) => consumers.filter((one) => one.owned.includes(partition)).length)
}

describe('cooperative consumers', () => {
  it('move partitions in two rebalances, and go on with the others meanwhile', () => {
    const scene = new ClassicScene()
    const a = new Consumer(scene, 'a')
    const b = new Consumer(scene, 'b')
    a.join()
    scene.run.advance(3000)
    a.sync()
    expect(a.take()).toBe(false)
    expect(a.owned).toEqual(PARTITIONS)

    b.join()
    a.join()
    for (const one of [b, a]) one.sync()
    expect([a.take(), b.take()]).toEqual([true, false])
    expect(ownersOf([a, b])).toEqual([1, 1, 0, 0])

    a.join()
    b.join()
    for (const one of [b, a]) one.sync()
    expect([a.take(), b.take()]).toEqual([false, false])
    expect(ownersOf([a, b])).toEqual([1, 1, 1, 1])
    expect([a.owned, b.owned]).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect([a.generation, b.generation]).toEqual([3, 3])
  })
})
