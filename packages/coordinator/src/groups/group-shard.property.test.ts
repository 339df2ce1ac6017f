import { expect, test } from '@jest/globals'
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription, ErrorCode, encodeVersioned } from '@ottla/protocol'
import fc from 'fast-check'
import { ConsumerScene } from './consumer/testing/consumer-scene.ts'
import type { GroupShard } from './group-shard.ts'
import { commit, DAY_MS, deleteGroups, fetch } from './offsets/testing/offsets-shard.ts'
import type { FetchedOffsets, GroupCalls } from './requests.ts'

const GROUPS = ['a', 'b']
const TOPICS = { orders: 3, bills: 2 }
const METADATA = encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['orders'], ownedPartitions: [] })
const ASSIGNMENT = encodeVersioned(ConsumerProtocolAssignment, 1, {
  assignedPartitions: [{ topic: 'orders', partitions: [0] }],
})

const group = fc.constantFrom(...GROUPS)
/** Index of one of a few members. */
const member = fc.nat(2)

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      group,
      partition: fc.nat(2),
      offset: fc.nat(99),
      as: fc.option(member),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('join' as const), group, member }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sync' as const), group }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), group, member }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('beat' as const),
      group,
      member,
      epoch: fc.constantFrom('join' as const, 'go on' as const, 'leave' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('topics' as const), orders: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 3000, 3000, 5000, 20_000, 3 * DAY_MS),
    }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Members of both protocols, which remember what they were told, however wrong it may be by now. */
class Play {
  readonly scene = new ConsumerScene({ topics: TOPICS })
  readonly #memberIds = new Map<string, string>()
  readonly #generations = new Map<string, number>()
  readonly #epochs = new Map<string, number>()
  #joins: { readonly name: string; readonly ticket: number }[] = []

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'commit':
        this.#commit(step)
        break
      case 'join':
        this.#join(step.group, `${step.group}${step.member}`)
        break
      case 'sync':
        this.#sync(step.group)
        break
      case 'leave': {
        const memberId = this.#memberIds.get(`${step.group}${step.member}`) ?? ''
        const members = [{ memberId, groupInstanceId: null, reason: null }]
        this.scene.run.send(
          { kind: 'leave-group', body: { groupId: step.group, memberId: '', members } },
          { apiVersion: 5 },
        )
        break
      }
      case 'beat':
        this.#beat(step)
        break
      case 'delete':
        this.scene.run.call(deleteGroups(step.group))
        break
      case 'topics':
        this.scene.setTopics(step.orders ? TOPICS : { bills: 2 })
        break
      case 'wait':
        this.scene.run.advance(step.ms)
        break
    }
    await this.scene.run.settle()
    this.scene.run.advance(0)
    this.#learn()
  }

  #commit({ group, partition, offset, as }: Extract<Step, { kind: 'commit' }>): void {
    const name = `${group}${as}`
    const known =
      as === null ? {} : { memberId: this.#memberIds.get(name) ?? name, generation: this.#generationOf(name) }
    this.scene.run.call(commit({ group, partition, offset, ...known }), { apiVersion: 9 })
  }

  #generationOf(name: string): number {
    return this.#epochs.get(name) ?? this.#generations.get(name) ?? 1
  }

  #join(group: string, name: string): void {
    const body = {
      groupId: group,
      memberId: this.#memberIds.get(name) ?? '',
      groupInstanceId: null,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 15_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: METADATA }],
      reason: null,
    }
    this.#joins.push({ name, ticket: this.scene.run.send({ kind: 'join-group', body }, { apiVersion: 9 }) })
    const idBefore = body.memberId
    this.#learn()
    if (idBefore === '' && this.#memberIds.has(name)) this.#join(group, name)
  }

  #learn(): void {
    this.#joins = this.#joins.filter(({ name, ticket }) => {
      const reply = this.scene.run.replies.get(ticket) as GroupCalls['join-group']['reply'] | undefined
      if (reply?.memberId) this.#memberIds.set(name, reply.memberId)
      if (reply?.errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberIds.delete(name)
      if (reply?.errorCode === 0) this.#generations.set(name, reply.generationId ?? -1)
      return reply === undefined
    })
  }

  /** Everybody who has joined asks for an assignment, and brings one, as only the leader should. */
  #sync(group: string): void {
    for (const [name, generationId] of this.#generations) {
      const memberId = this.#memberIds.get(name)
      if (!name.startsWith(group) || memberId === undefined) continue
      const body = {
        groupId: group,
        memberId,
        generationId,
        groupInstanceId: null,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId, assignment: ASSIGNMENT }],
      }
      this.scene.run.send({ kind: 'sync-group', body }, { apiVersion: 5 })
    }
  }

  #beat({ group, member, epoch }: Extract<Step, { kind: 'beat' }>): void {
    const memberId = `${group}${member}`
    const known = this.#epochs.get(memberId) ?? 0
    const memberEpoch = { join: 0, 'go on': known, leave: -1 }[epoch]
    const body = memberEpoch === 0 ? JOINING : {}
    const reply = this.scene.heartbeat({ groupId: group, memberId, memberEpoch, ...body })
    if (reply.errorCode === 0 && reply.memberEpoch > 0) this.#epochs.set(memberId, reply.memberEpoch)
    else this.#epochs.delete(memberId)
  }

  /**
   * What must not be lost with a coordinator. A rebalance of a classic group may be, and so may such a group before its first: `settled` names the
   * groups of which more is told than their offsets.
   */
  picture(settled = this.settled()): unknown {
    return GROUPS.map((groupId) => {
      const { topics } = this.scene.run.call(fetch(groupId)) as FetchedOffsets
      const offsets = [...topics].sort((a, b) => (`${a.name}` < `${b.name}` ? -1 : 1))
      if (!settled.has(groupId)) return { offsets }
      const groupIds = [groupId]
      const described = [
        this.scene.call('describe-groups', { groupIds }),
        this.scene.call('consumer-group-describe', { groupIds }),
      ]
      return { offsets, described }
    })
  }

  settled(): ReadonlySet<string> {
    const groups = [...(this.scene.run.shard as GroupShard).registry.all()]
    return new Set(
      groups.filter(({ kind, state }) => kind === 'consumer' || state === 'Stable').map((one) => one.groupId),
    )
  }
}

const JOINING = { rebalanceTimeoutMs: 15_000, subscribedTopicNames: ['orders', 'bills'], topicPartitions: [] }

test('whatever was asked of the groups, a reload of the log, compacted or not, tells the same of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const play = new Play()
      for (const each of steps) await play.take(each)
      const settled = play.settled()
      const before = play.picture()
      play.scene.run.reload()
      expect(play.picture(settled)).toEqual(before)
      play.scene.run.reloadCompacted()
      expect(play.picture(settled)).toEqual(before)
    }),
    { numRuns: 150 },
  )
})
