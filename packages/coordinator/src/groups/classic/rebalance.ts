/** How a group comes from one generation to the next. Everything here changes a draft. */
import { assert, type Logger } from '@ottla/runtime'
import type { GroupSettings } from '../settings.ts'
import { electedProtocol } from './classic-member.ts'
import type { GroupDraft } from './draft.ts'
import { joined, joinedMembers, syncError } from './replies.ts'

export interface RebalanceParts {
  readonly settings: GroupSettings
  readonly logger: Logger
}

/** Reasons come from clients; what is logged of them is bounded. */
const REASON_LENGTH_MAX = 512
/** So many member ids, which carry the instance ids of clients, are logged in one line. */
const ABSENT_LOGGED_MAX = 10

/** A rebalance begins if none is on; else the one that is on may be complete now. */
export function rebalance(draft: GroupDraft, parts: RebalanceParts, reason: string): void {
  if (draft.phase.state === 'PreparingRebalance') completeJoinIfReady(draft, parts)
  else prepareRebalance(draft, parts, reason)
}

/** Whoever waits for an assignment has to join again, like everybody else. */
export function prepareRebalance(draft: GroupDraft, parts: RebalanceParts, reason: string): void {
  const { state, generation } = draft.phase
  if (state === 'CompletingRebalance') dropSyncs(draft)
  draft.pendingSyncs.clear()
  draft.setSyncTimer(undefined)
  parts.logger.info('A group rebalances', {
    group: draft.groupId,
    state,
    generation,
    members: draft.members.size,
    reason: reason.slice(0, REASON_LENGTH_MAX),
  })
  if (state === 'Empty') {
    waitForFirstMembers(draft, parts)
    return
  }
  draft.enter('PreparingRebalance')
  if (draft.allJoined) completeJoin(draft, parts)
  else draft.setJoinTimer(draft.rebalanceTimeoutMs)
}

/** An empty group gives the others time to come: group.initial.rebalance.delay.ms, once more while somebody came, at most the rebalance timeout. */
function waitForFirstMembers(draft: GroupDraft, { settings }: RebalanceParts): void {
  const delayMs = settings.groupInitialRebalanceDelayMs
  const remainingMs = Math.max(draft.rebalanceTimeoutMs - delayMs, 0)
  draft.enter('PreparingRebalance', { initial: { delayMs, remainingMs, memberAdded: false } })
  draft.setJoinTimer(delayMs)
}

/** A first rebalance is never complete before its time. */
export function completeJoinIfReady(draft: GroupDraft, parts: RebalanceParts): void {
  const { state, initial } = draft.phase
  if (state === 'PreparingRebalance' && initial === undefined && draft.allJoined) completeJoin(draft, parts)
}

/** The time for joins is up. */
export function joinTimeIsUp(draft: GroupDraft, parts: RebalanceParts): void {
  const { initial } = draft.phase
  if (draft.phase.state !== 'PreparingRebalance') return
  if (initial === undefined || !initial.memberAdded || initial.remainingMs === 0) {
    completeJoin(draft, parts)
    return
  }
  const delayMs = Math.min(parts.settings.groupInitialRebalanceDelayMs, initial.remainingMs)
  const remainingMs = Math.max(initial.remainingMs - initial.delayMs, 0)
  draft.phase = { ...draft.phase, initial: { delayMs, remainingMs, memberAdded: false } }
  draft.setJoinTimer(delayMs)
}

/**
 * The next generation, of those who have joined. Static members that have not stay in it until their session ends;
 * when nobody but such members is there, the group waits for one rebalance timeout more.
 */
export function completeJoin(draft: GroupDraft, parts: RebalanceParts): void {
  draft.setJoinTimer(undefined)
  const late = draft.allMembers().filter((one) => one.groupInstanceId === null && !draft.parkedJoins.has(one.memberId))
  draft.remove(late.map(({ memberId }) => memberId))
  if (late.length > 0) {
    parts.logger.info('Members did not join again in time and are out of the group', {
      group: draft.groupId,
      members: late.length,
    })
  }
  if (draft.members.size === 0) {
    becomeEmpty(draft, parts)
  } else if (electJoinedLeader(draft)) {
    beginGeneration(draft, parts)
  } else {
    parts.logger.warn('No member has joined again; the group waits for one', { group: draft.groupId })
    draft.phase = { ...draft.phase, initial: undefined }
    draft.setJoinTimer(draft.rebalanceTimeoutMs)
  }
}

function becomeEmpty(draft: GroupDraft, { logger }: RebalanceParts): void {
  const generation = draft.phase.generation + 1
  draft.enter('Empty', { generation, protocol: null, leader: null })
  logger.info('A group is empty', { group: draft.groupId, generation })
  draft.record()
}

/** False if nobody has joined. */
function electJoinedLeader(draft: GroupDraft): boolean {
  const { leader } = draft.phase
  if (leader !== null && draft.parkedJoins.has(leader)) return true
  const next = draft.parkedJoins.first()
  if (next === undefined) return false
  draft.phase = { ...draft.phase, leader: next }
  return true
}

function beginGeneration(draft: GroupDraft, { logger }: RebalanceParts): void {
  const members = draft.allMembers()
  const protocol = electedProtocol(members)
  assert(protocol !== undefined, 'some protocol is spoken by all members')
  const generation = draft.phase.generation + 1
  draft.enter('CompletingRebalance', { generation, protocol })
  const { phase } = draft
  const absent = members.flatMap(({ memberId }) => (draft.parkedJoins.has(memberId) ? [] : [memberId]))
  logger.info('A generation begins', {
    group: draft.groupId,
    generation,
    members: members.length,
    protocol,
    // Static members: until they hear of this generation they may go on with what others get now.
    absent: absent.slice(0, ABSENT_LOGGED_MAX),
  })
  for (const { memberId } of members) {
    const told = memberId === phase.leader ? joinedMembers(phase, members) : []
    draft.answerJoin(memberId, () => joined(phase, memberId, told))
    draft.renewSession(memberId)
    draft.pendingSyncs.set(memberId, true)
  }
  draft.setSyncTimer(draft.rebalanceTimeoutMs)
}

/** Who was told its generation and never asked for its assignment is out of the group. */
export function syncTimeIsUp(draft: GroupDraft, parts: RebalanceParts): void {
  const { state } = draft.phase
  if ((state !== 'CompletingRebalance' && state !== 'Stable') || draft.pendingSyncs.size === 0) return
  const silent = Array.from(draft.pendingSyncs.entries(), ([memberId]) => memberId)
  draft.remove(silent)
  prepareRebalance(draft, parts, `${silent.length} members did not send SyncGroup in time`)
}

function dropSyncs(draft: GroupDraft): void {
  for (const [memberId] of [...draft.parkedSyncs.entries()]) {
    if (draft.answerSync(memberId, syncError('REBALANCE_IN_PROGRESS'))) draft.renewSession(memberId)
  }
}
