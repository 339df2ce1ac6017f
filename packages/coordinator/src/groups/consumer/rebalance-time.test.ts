/** How long a rebalance takes, in the time of heartbeats: 100 members over 1,000 partitions. */
import { expect, test } from '@jest/globals'
import { ConsumerScene } from './testing/consumer-scene.ts'
import { SimulatedMember } from './testing/simulated-member.ts'

const MEMBERS = 100

interface Pace {
  readonly heartbeatMs: number
  readonly assignmentIntervalMs: number
  /** Between two joins. */
  readonly joinMs: number
  /** How long a member takes to give up partitions. */
  readonly revokeMs: number
}

/** Milliseconds from the last join until the group is stable. */
function rebalanceMs({ heartbeatMs, assignmentIntervalMs, joinMs, revokeMs }: Pace): number {
  const scene = new ConsumerScene({ topics: { t: 1000 }, groupSettings: { assignmentIntervalMs } })
  const { run } = scene
  const due = new Map<SimulatedMember, number>()
  const beat = (member: SimulatedMember) => {
    const before = scene.consumerGroup.members.get(member.memberId)!
    member.beat({ isLost: false })
    const gaveUp =
      scene.consumerGroup.members.get(member.memberId)!.state === 'unrevoked' && before.state !== 'unrevoked'
    due.set(member, run.nowMs + (gaveUp ? revokeMs : heartbeatMs))
  }
  const until = (ms: number) => {
    const end = run.nowMs + ms
    while (run.nowMs < end) {
      for (const [member, at] of due) if (at <= run.nowMs) beat(member)
      run.advance(Math.min(end - run.nowMs, 5))
    }
  }
  for (let index = 0; index < MEMBERS; index++) {
    const member = new SimulatedMember(scene, `m${index}`, null)
    member.join({ names: ['t'], regex: '' })
    due.set(member, run.nowMs + heartbeatMs)
    until(joinMs)
  }
  const lastJoin = run.nowMs - joinMs
  while (scene.consumerGroup.state !== 'Stable' && run.nowMs - lastJoin < 60_000) until(5)
  const held = [...scene.consumerGroup.members.values()].map(({ assigned }) =>
    [...assigned.values()].reduce((sum, of) => sum + of.size, 0),
  )
  expect(new Set(held)).toEqual(new Set([10]))
  return run.nowMs - lastJoin
}

test.each([0, 10, 50, 130])('with the defaults two heartbeat intervals and a second, joins %d ms apart', (joinMs) => {
  const pace = { heartbeatMs: 5000, assignmentIntervalMs: 1000, joinMs, revokeMs: 20 }
  expect(rebalanceMs(pace)).toBeLessThanOrEqual(2 * pace.heartbeatMs + 1000)
})

test.each([0, 3, 10])('a second with heartbeats of 200 ms and no assignment interval, joins %d ms apart', (joinMs) => {
  expect(rebalanceMs({ heartbeatMs: 200, assignmentIntervalMs: 0, joinMs, revokeMs: 20 })).toBeLessThanOrEqual(1000)
})
