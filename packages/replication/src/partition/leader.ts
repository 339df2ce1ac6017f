/**
 * The leader of one partition as a state machine (docs/ARCHITECTURE.md, "Replication"). Pure: time comes in with the inputs.
 *
 * States: the ISR is `committed`, `expanding` by one replica or `shrinking` by some. A proposal begins a change; only an
 * image with a newer partition epoch, or the controller's word that nothing was applied, ends it. No answer ends nothing.
 *
 * Invariants:
 * - 0 <= highWatermark <= logEndOffset, and the high watermark never falls within one leader epoch.
 * - It advances only while the committed ISR has at least the effective min ISR, so that ISR + ELR (KIP-966) always hold
 *   every committed record.
 * - While a change is in flight every member of the committed and of the proposed ISR counts: whichever of the two the
 *   controller has chosen, all its members hold what is below the high watermark.
 * - A replica is proposed only at or above the high watermark and the start of this leader epoch, with the broker epoch under
 *   which the metadata knows it (KIP-903): an ISR member is never behind the high watermark.
 * - What followers did in an older leader epoch counts for nothing: a new epoch starts from a new state.
 */
import { assert, unreachable } from '@ottla/runtime'
import {
  type IsrProposal,
  type IsrState,
  type LeaderEffects,
  type LeaderInput,
  type LeaderState,
  type LeaderView,
  NO_EFFECTS,
  type ReplicaProgress,
} from './leader-state.ts'

/** How long a replica that the controller refused is not proposed again. */
export const REFUSED_REPLICA_BACKOFF_MS = 1_000

export interface LeadershipStart {
  readonly brokerId: number
  readonly view: LeaderView
  readonly logEndOffset: number
  /** What the log was left with: of the follower or leader that this broker was before. */
  readonly highWatermark: number
  /** replica.lag.time.max.ms */
  readonly lagTimeMaxMs: number
  readonly nowMs: number
}

/** The state at the start of a leader epoch. Every ISR member has a whole `lagTimeMaxMs` to show itself. */
export function newLeader(start: LeadershipStart): { state: LeaderState; effects: LeaderEffects } {
  const { brokerId, view, logEndOffset, highWatermark, lagTimeMaxMs, nowMs } = start
  assert(highWatermark <= logEndOffset, 'high watermark is at most the log end offset', () => ({ ...start }))
  const state: LeaderState = {
    brokerId,
    leaderEpoch: view.leaderEpoch,
    epochStartOffset: logEndOffset,
    lagTimeMaxMs,
    partitionEpoch: view.partitionEpoch,
    replicas: view.replicas,
    isr: { kind: 'committed', isr: view.isr },
    effectiveMinIsr: view.effectiveMinIsr,
    eligible: view.eligible,
    logEndOffset,
    highWatermark,
    nowMs,
    progress: new Map(),
  }
  followReplicas(state)
  return { state, effects: advance(state) }
}

/** One input, one output. The caller performs the effects in the order that `LeaderEffects` gives. */
export function step(state: LeaderState, input: LeaderInput): LeaderEffects {
  state.nowMs = Math.max(state.nowMs, input.nowMs)
  switch (input.kind) {
    case 'appended':
      return appended(state, input.logEndOffset)
    case 'fetched':
      return fetched(state, input)
    case 'image':
      return image(state, input.view)
    case 'isr-answer':
      return isrAnswer(state, input)
    case 'tick':
      return tick(state)
    default:
      return unreachable(input)
  }
}

/** acks=all is refused below this (NOT_ENOUGH_REPLICAS). */
export function hasEnoughReplicas(state: LeaderState): boolean {
  return state.isr.isr.length >= state.effectiveMinIsr
}

/**
 * Whether the high watermark is at least what any earlier leader showed. Until it reaches the start of this epoch it may be
 * lower, and a reader that asked for the latest offset could be sent back (KIP-207).
 */
export function isHighWatermarkCurrent(state: LeaderState): boolean {
  return state.highWatermark >= state.epochStartOffset
}

function appended(state: LeaderState, logEndOffset: number): LeaderEffects {
  assert(logEndOffset >= state.logEndOffset, 'a leader never truncates its log', () => ({ state, logEndOffset }))
  // Until now they had everything: an idle partition need not be fetched all the time to show that.
  for (const progress of state.progress.values()) {
    if (progress.logEndOffset === state.logEndOffset) progress.lastCaughtUpMs = state.nowMs
  }
  state.logEndOffset = logEndOffset
  return advance(state)
}

function fetched(state: LeaderState, input: Extract<LeaderInput, { kind: 'fetched' }>): LeaderEffects {
  const progress = state.progress.get(input.replica)
  // What an older incarnation of the broker asked for may arrive late, and says nothing about the present one (KIP-903).
  if (progress === undefined || input.brokerEpoch < progress.brokerEpoch) return NO_EFFECTS
  if (input.fetchOffset >= state.logEndOffset) progress.lastCaughtUpMs = state.nowMs
  // It has what the leader had when it asked before: under steady load that is all a follower can ever show.
  else if (input.fetchOffset >= progress.leaderEndAtLastFetch) {
    progress.lastCaughtUpMs = Math.max(progress.lastCaughtUpMs, progress.lastFetchMs)
  }
  progress.logEndOffset = input.fetchOffset
  progress.logStartOffset = input.logStartOffset
  progress.brokerEpoch = input.brokerEpoch
  progress.lastFetchMs = state.nowMs
  progress.leaderEndAtLastFetch = state.logEndOffset
  const effects = advance(state)
  const propose = isBehind(state, progress) ? proposeShrinking(state) : proposeExpansion(state, input.replica, progress)
  return withProposal(effects, propose)
}

function image(state: LeaderState, view: LeaderView): LeaderEffects {
  assert(view.leaderEpoch === state.leaderEpoch, 'another leader epoch needs a new state', () => ({ state, view }))
  state.effectiveMinIsr = view.effectiveMinIsr
  state.eligible = view.eligible
  // An image that repeats the partition epoch says nothing about a change in flight.
  if (view.partitionEpoch > state.partitionEpoch) {
    state.partitionEpoch = view.partitionEpoch
    state.replicas = view.replicas
    welcomeMembers(state, view.isr)
    state.isr = { kind: 'committed', isr: view.isr }
    followReplicas(state)
  }
  return withProposal(advance(state), proposeWaiting(state))
}

/** The answer to an older proposal, whose end the image has told already, says nothing about the present one. */
function isrAnswer(state: LeaderState, input: Extract<LeaderInput, { kind: 'isr-answer' }>): LeaderEffects {
  const { isr } = state
  const { answer } = input
  if (isr.kind === 'committed' || input.partitionEpoch !== state.partitionEpoch) return NO_EFFECTS
  switch (answer) {
    case 'applied':
    case 'stale':
      return NO_EFFECTS
    case 'unknown':
      return { propose: proposal(state) }
    case 'refused':
      if (isr.kind === 'expanding') backOff(state, isr.adding)
      state.isr = { kind: 'committed', isr: isr.isr }
      return withProposal(advance(state), proposeWaiting(state))
    default:
      return unreachable(answer)
  }
}

function tick(state: LeaderState): LeaderEffects {
  // Time alone can take a caught-up outsider out of the count (`counts`), so the high watermark may move.
  return withProposal(advance(state), proposeShrinking(state) ?? proposeWaiting(state))
}

/** Keeps a progress entry per other replica; those that stay keep theirs. */
function followReplicas(state: LeaderState): void {
  for (const replica of state.progress.keys()) {
    if (!state.replicas.includes(replica)) state.progress.delete(replica)
  }
  for (const replica of state.replicas) {
    if (replica === state.brokerId || state.progress.has(replica)) continue
    const isMember = state.isr.isr.includes(replica)
    state.progress.set(replica, newProgress(isMember ? state.nowMs : Number.NEGATIVE_INFINITY))
  }
}

/** Who joins the ISR has as long to show itself as the members that a leader begins with. */
function welcomeMembers(state: LeaderState, isr: readonly number[]): void {
  for (const [replica, progress] of state.progress) {
    if (isr.includes(replica) && !state.isr.isr.includes(replica)) progress.lastCaughtUpMs = state.nowMs
  }
}

function newProgress(lastCaughtUpMs: number): ReplicaProgress {
  return {
    logEndOffset: -1,
    logStartOffset: -1,
    brokerEpoch: -1,
    lastFetchMs: Number.NEGATIVE_INFINITY,
    leaderEndAtLastFetch: Number.POSITIVE_INFINITY,
    lastCaughtUpMs,
    proposeAfterMs: Number.NEGATIVE_INFINITY,
  }
}

function advance(state: LeaderState): LeaderEffects {
  if (!hasEnoughReplicas(state)) return NO_EFFECTS
  let lowest = state.logEndOffset
  for (const [replica, progress] of state.progress) {
    if (progress.logEndOffset < lowest && counts(state, replica, progress)) lowest = progress.logEndOffset
  }
  if (lowest <= state.highWatermark) return NO_EFFECTS
  state.highWatermark = lowest
  return { highWatermark: lowest }
}

/**
 * Whether the high watermark waits for this replica: a member of the committed or proposed ISR does, and so does an outsider
 * that has caught up; else the high watermark would, under steady load, always be one fetch ahead of it, and it could never
 * be proposed.
 */
function counts(state: LeaderState, replica: number, progress: ReplicaProgress): boolean {
  const { isr } = state
  if (isr.isr.includes(replica)) return true
  if (isr.kind === 'expanding' && isr.adding === replica) return true
  return isCaughtUp(state, progress) && isEligible(state, replica, progress)
}

function isCaughtUp(state: LeaderState, progress: ReplicaProgress): boolean {
  return progress.logEndOffset === state.logEndOffset || state.nowMs - progress.lastCaughtUpMs <= state.lagTimeMaxMs
}

/**
 * It asks for what is committed. A member that does has lost records (its log was damaged and begins again): no leader may come from it.
 * Not known before its first fetch.
 */
function isBehind(state: LeaderState, { logEndOffset }: ReplicaProgress): boolean {
  return logEndOffset >= 0 && logEndOffset < state.highWatermark
}

function isEligible(state: LeaderState, replica: number, progress: ReplicaProgress): boolean {
  return progress.brokerEpoch >= 0 && state.eligible.get(replica) === progress.brokerEpoch
}

/**
 * An idle replica shows itself only now and then: whoever could not be proposed when it fetched (it was fenced, refused, or
 * another change was in flight) is looked at again. Not who has not been heard of for the lag time.
 */
function proposeWaiting(state: LeaderState): IsrProposal | undefined {
  for (const [replica, progress] of state.progress) {
    if (state.nowMs - progress.lastFetchMs > state.lagTimeMaxMs) continue
    const propose = proposeExpansion(state, replica, progress)
    if (propose !== undefined) return propose
  }
  return undefined
}

function proposeExpansion(state: LeaderState, replica: number, progress: ReplicaProgress): IsrProposal | undefined {
  const { isr } = state
  if (isr.kind !== 'committed' || isr.isr.includes(replica)) return undefined
  if (progress.logEndOffset < Math.max(state.highWatermark, state.epochStartOffset)) return undefined
  if (!isEligible(state, replica, progress) || state.nowMs < progress.proposeAfterMs) return undefined
  state.isr = { kind: 'expanding', isr: isr.isr, adding: replica }
  return proposal(state)
}

function proposeShrinking(state: LeaderState): IsrProposal | undefined {
  const { isr } = state
  if (isr.kind !== 'committed') return undefined
  const removing = isr.isr.filter((replica) => {
    const progress = state.progress.get(replica)
    return progress !== undefined && (!isCaughtUp(state, progress) || isBehind(state, progress))
  })
  if (removing.length === 0) return undefined
  state.isr = { kind: 'shrinking', isr: isr.isr, removing }
  return proposal(state)
}

function proposal(state: LeaderState): IsrProposal {
  return {
    leaderEpoch: state.leaderEpoch,
    partitionEpoch: state.partitionEpoch,
    isr: proposedIsr(state.isr).map((brokerId) => ({ brokerId, brokerEpoch: epochOf(state, brokerId) })),
  }
}

function proposedIsr(isr: IsrState): readonly number[] {
  switch (isr.kind) {
    case 'committed':
      return isr.isr
    case 'expanding':
      return [...isr.isr, isr.adding]
    case 'shrinking':
      return isr.isr.filter((replica) => !isr.removing.includes(replica))
    default:
      return unreachable(isr)
  }
}

/** The broker epoch under which a replica has shown itself; -1 for a member that has not fetched yet. */
function epochOf(state: LeaderState, replica: number): number {
  if (replica === state.brokerId) return state.eligible.get(replica) ?? -1
  return state.progress.get(replica)?.brokerEpoch ?? -1
}

function backOff(state: LeaderState, replica: number): void {
  const progress = state.progress.get(replica)
  if (progress !== undefined) progress.proposeAfterMs = state.nowMs + REFUSED_REPLICA_BACKOFF_MS
}

function withProposal(effects: LeaderEffects, propose: IsrProposal | undefined): LeaderEffects {
  return propose === undefined ? effects : { ...effects, propose }
}
