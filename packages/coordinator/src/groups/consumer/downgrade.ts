/**
 * A consumer group becomes a classic group again when its last member of the consumer protocol goes, or is replaced by a static member that speaks the
 * classic one (group.consumer.migration.policy). The members that are left rebalance.
 */
import { type ClassicGroup, classicGroupOf } from '../classic/classic-group.ts'
import { type ClassicMember, electedProtocol } from '../classic/classic-member.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { assignmentBytes } from './embedded-protocol.ts'
import type { HeldPartitions } from './partitions.ts'
import { endTimers } from './steps.ts'
import { groupOf, type Work } from './world.ts'

export function mayDowngradeWithout({ draft, world }: Work, leaving: readonly ConsumerMember[]): boolean {
  const { members, classicMembers } = draft.group
  const left = members.size - leaving.length
  const classicLeft = classicMembers - leaving.filter((member) => member.classic !== undefined).length
  if (left === 0 || classicLeft < left) return false
  return left <= world.settings().groupMaxSize && policyAllows(world)
}

/** Whether `replaced`, of the consumer protocol, is the last of it, and gives way to one of the classic protocol. */
export function mayDowngradeFor({ draft, world }: Work, replaced: ConsumerMember | undefined): boolean {
  const { members, classicMembers } = draft.group
  if (replaced === undefined || replaced.classic !== undefined || classicMembers !== members.size - 1) return false
  return members.size <= world.settings().groupMaxSize && policyAllows(world)
}

function policyAllows(world: Work['world']): boolean {
  const policy = world.settings().consumerMigrationPolicy
  return policy === 'downgrade' || policy === 'bidirectional'
}

/** The group's members but those that leave go over. */
export function downgrade(work: Work, { leaving }: { readonly leaving: readonly ConsumerMember[] }): void {
  const { draft, world, view } = work
  const gone = new Set(leaving.map(({ memberId }) => memberId))
  const staying = [...groupOf(work).members.values()].filter(({ memberId }) => !gone.has(memberId))
  const classic = classicGroup(work, staying)
  for (const { memberId } of staying) endTimers(work, memberId)
  draft.write(...groupOf(work).tombstones())
  draft.add(world.classic.adopt(classic, view))
  world.logger.info('A consumer group has become a classic group', {
    group: classic.groupId,
    members: staying.length,
  })
}

function classicGroup({ draft, view }: Work, staying: readonly ConsumerMember[]): ClassicGroup {
  const members = staying.map((member) => classicMember(member, view.image))
  return classicGroupOf({
    groupId: draft.group.groupId,
    generation: draft.group.epoch,
    protocolType: 'consumer',
    protocol: electedProtocol(members) ?? null,
    leader: null,
    stateTimestampMs: view.nowMs,
    members,
  })
}

/** Its assignment is what it holds, not its target: should the group be upgraded again before it has rebalanced, nobody else may be given that. */
function classicMember(member: ConsumerMember, image: Work['view']['image']): ClassicMember {
  const protocols = member.classic?.supportedProtocols ?? []
  const metadata = protocols[0]?.metadata
  return {
    memberId: member.memberId,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    sessionTimeoutMs: member.classic?.sessionTimeoutMs ?? member.rebalanceTimeoutMs,
    protocols,
    assignment: assignmentBytes(allHeld(member), { image, metadata }),
  }
}

function allHeld({ assigned, revoking }: ConsumerMember): HeldPartitions {
  const held = new Map(assigned)
  for (const [topicId, partitions] of revoking) {
    held.set(topicId, new Map([...(held.get(topicId) ?? []), ...partitions]))
  }
  return held
}
