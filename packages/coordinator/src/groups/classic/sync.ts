/** SyncGroup: followers wait for the leader's assignment; it is theirs once it is written. */
import type { ErrorName, SyncGroupRequest } from '@ottla/protocol'
import type { Caller } from '../../shard.ts'
import type { ClassicGroup } from './classic-group.ts'
import { NO_BYTES, owned } from './classic-member.ts'
import type { GroupDraft } from './draft.ts'
import type { RebalanceParts } from './rebalance.ts'
import { synced } from './replies.ts'

const PROTOCOL_SAID = 5

export interface SyncParts extends RebalanceParts {
  readonly body: SyncGroupRequest
  readonly caller: Caller
}

export function refuseSync(group: ClassicGroup, body: SyncGroupRequest): ErrorName | undefined {
  const refusal = group.refuseMember(body.memberId, body.groupInstanceId)
  if (refusal !== undefined) return refusal
  if (body.generationId !== group.generation) return 'ILLEGAL_GENERATION'
  if (differs(body.protocolType, group.protocolType) || differs(body.protocolName, group.protocol)) {
    return 'INCONSISTENT_GROUP_PROTOCOL'
  }
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : undefined
}

/** Clients before version 5 do not say. */
function differs(said: string | null, is: string | null): boolean {
  return said !== null && is !== null && said !== is
}

/** From version 5 on both have to be said, whatever group it is (KIP-559). */
export function lacksProtocol(body: SyncGroupRequest, apiVersion: number): boolean {
  return apiVersion >= PROTOCOL_SAID && (body.protocolType === null || body.protocolName === null)
}

/** Nothing refuses it. */
export function sync(draft: GroupDraft, parts: SyncParts): void {
  const { body, caller } = parts
  const { memberId } = body
  draft.pendingSyncs.delete(memberId)
  if (draft.pendingSyncs.size === 0) draft.setSyncTimer(undefined)
  if (draft.phase.state === 'Stable') {
    draft.renewSession(memberId)
    draft.reply(caller.ticket, synced(draft.phase, draft.member(memberId).assignment), true)
    return
  }
  draft.parkSync(memberId, { ticket: caller.ticket, apiVersion: caller.apiVersion, isNew: false })
  if (draft.phase.leader === memberId) takeAssignments(draft, parts)
}

/** The record carries the assignments into the group; whom the leader left out gets an empty one. */
function takeAssignments(draft: GroupDraft, { body, logger }: SyncParts): void {
  const given = new Map(body.assignments.map((one) => [one.memberId, owned(one.assignment)]))
  const members = draft.allMembers()
  const leftOut = members.filter((member) => !given.has(member.memberId))
  const { groupId, phase } = draft
  if (leftOut.length > 0) {
    logger.warn('The leader left members without an assignment', {
      group: groupId,
      generation: phase.generation,
      members: leftOut.length,
    })
  }
  draft.enter('Stable')
  draft.record(given)
  logger.info('A group is stable', { group: groupId, generation: phase.generation, members: members.length })
  for (const { memberId } of members) {
    const reply = synced(phase, given.get(memberId) ?? NO_BYTES)
    if (draft.answerSync(memberId, reply, true)) draft.renewSession(memberId)
  }
}
