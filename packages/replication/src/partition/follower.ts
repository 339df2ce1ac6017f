/**
 * The follower of one partition as a state machine (docs/ARCHITECTURE.md, "Replication"). Pure: the log is looked at, never
 * changed; time is the broker's.
 *
 * States: see `FollowerPhase`. One thing at a time: `fetching` -> work (`appending`, `truncating`, `asking`, `resting`) -> `fetching`.
 * A role begins with a new state, in `fetching`; nothing of an earlier role counts.
 *
 * Invariants:
 * - Histories: the leader compares the epoch of this log's last record with its own log before it gives records, so an answer
 *   with records says that both agree below the fetch offset. Where they do not, the log is cut to what may agree at most, and
 *   the leader is asked again, until they do. Each cut is below the log's end, so this comes to an end.
 * - A cut goes by leader epochs, never by the high watermark, which a crash or a slow answer leaves behind.
 * - The high watermark is at most the log's end; it rises to the leader's and falls with a cut only: what a reader of this
 *   replica once saw, it goes on seeing.
 * - An answer counts only for the offset that the log ends at now: what was asked before a cut or an append is dropped.
 */
import { assert, unreachable } from '@ottla/runtime'
import {
  type FetchFrom,
  type FollowedLog,
  type FollowerEffects,
  type FollowerInput,
  type FollowerState,
  NOTHING_TO_DO,
} from './follower-state.ts'

type Input<Kind extends FollowerInput['kind']> = Extract<FollowerInput, { kind: Kind }>

export function newFollower(): FollowerState {
  return { phase: 'fetching', failures: 0, leaderHighWatermark: -1, leaderLogStartOffset: -1 }
}

/** What to ask the leader for, while the state is `fetching`. */
export function fetchFrom(log: FollowedLog): FetchFrom {
  const { logStartOffset, logEndOffset } = log
  return { fetchOffset: logEndOffset, lastFetchedEpoch: lastEpochIn(log), logStartOffset }
}

/** One input, one output. The caller performs the effects in the order that `FollowerEffects` gives. */
export function stepFollower(state: FollowerState, input: FollowerInput, log: FollowedLog): FollowerEffects {
  switch (input.kind) {
    case 'records':
    case 'diverging':
    case 'out-of-range':
    case 'refused':
      return isCurrent(state, input, log) ? answered(state, input, log) : NOTHING_TO_DO
    case 'leader-start':
      return state.phase === 'asking' ? leaderStarts(state, input.logStartOffset, log) : NOTHING_TO_DO
    case 'done':
      return done(state, log)
    case 'failed':
      return rest(state, input.error)
    case 'rested':
      if (state.phase === 'resting') state.phase = 'fetching'
      return NOTHING_TO_DO
    default:
      return unreachable(input)
  }
}

/** Records that the leader has committed and this log does not have yet, by the leader's last answer. */
export function lagOf(state: FollowerState, log: Pick<FollowedLog, 'logEndOffset'>): number {
  return Math.max(0, state.leaderHighWatermark - log.logEndOffset)
}

function isCurrent(state: FollowerState, { fetchOffset }: { readonly fetchOffset: number }, log: FollowedLog): boolean {
  return state.phase === 'fetching' && fetchOffset === log.logEndOffset
}

function answered(
  state: FollowerState,
  input: Input<'records' | 'diverging' | 'out-of-range' | 'refused'>,
  log: FollowedLog,
): FollowerEffects {
  switch (input.kind) {
    case 'records':
      return records(state, input, log)
    case 'diverging':
      return diverging(state, input, log)
    case 'out-of-range':
      state.phase = 'asking'
      return { work: { kind: 'ask-leader-start' } }
    case 'refused':
      return rest(state, input.error)
    default:
      return unreachable(input)
  }
}

function records(state: FollowerState, input: Input<'records'>, log: FollowedLog): FollowerEffects {
  state.leaderHighWatermark = input.highWatermark
  state.leaderLogStartOffset = input.logStartOffset
  if (input.sizeBytes === 0) return progress(state, log)
  // The leader's log starts inside a batch (DeleteRecords), which comes whole; an empty log can take it from its beginning.
  const isInside = input.firstOffset < log.logEndOffset
  // What is here of those offsets was written in other batches: where a log starts, the leader cannot tell histories apart any more.
  if (isInside && input.firstOffset >= 0 && log.logStartOffset < log.logEndOffset)
    return cut(state, { offset: input.firstOffset, leaderStart: input.logStartOffset }, log)
  state.phase = 'appending'
  return { work: isInside ? { kind: 'restart-and-append', offset: input.firstOffset } : { kind: 'append' } }
}

function diverging(state: FollowerState, input: Input<'diverging'>, log: FollowedLog): FollowerEffects {
  const own = log.endOffsetForEpoch(input.leaderEpoch)
  const offset = Math.min(input.endOffset, own?.endOffset ?? input.endOffset)
  // Both ends of an epoch at or behind this log's end: the leader's answer contradicts its own comparison.
  if (offset >= log.logEndOffset || offset < 0) {
    return rest(state, `the histories part at offset ${offset}, at or behind the end ${log.logEndOffset}`)
  }
  return cut(state, { offset, leaderStart: 0 }, log)
}

/**
 * The offset was outside of the leader's log. Below its start, what is here has gone there. Behind its end the leader would have
 * said where the histories part, unless there is no record here to compare: then there is nothing to lose either.
 */
function leaderStarts(state: FollowerState, logStartOffset: number, log: FollowedLog): FollowerEffects {
  const isBehind = logStartOffset > log.logEndOffset
  const isAheadWithoutHistory = lastEpochIn(log) < 0 && logStartOffset < log.logEndOffset
  if (isBehind || isAheadWithoutHistory) return restart(state, logStartOffset, log)
  return rest(state, `the leader's log starts at ${logStartOffset} and has no offset ${log.logEndOffset}`)
}

/** Below the leader's log start nothing is lost: it was deleted there. */
function cut(
  state: FollowerState,
  { offset, leaderStart }: { readonly offset: number; readonly leaderStart: number },
  log: FollowedLog,
): FollowerEffects {
  state.phase = 'truncating'
  const lostCommitted = lostBy(Math.max(offset, leaderStart), log)
  // Nothing that may agree is left.
  return { work: { kind: offset < log.logStartOffset ? 'restart' : 'truncate', offset, lostCommitted } }
}

function restart(state: FollowerState, offset: number, log: FollowedLog): FollowerEffects {
  state.phase = 'truncating'
  return { work: { kind: 'restart', offset, lostCommitted: lostBy(offset, log) } }
}

function lostBy(offset: number, { highWatermark }: FollowedLog): number {
  return Math.max(0, highWatermark - offset)
}

function done(state: FollowerState, log: FollowedLog): FollowerEffects {
  const { phase } = state
  assert(phase === 'appending' || phase === 'truncating', 'work that ends was under way', () => ({ state }))
  state.phase = 'fetching'
  return phase === 'appending' ? progress(state, log) : NOTHING_TO_DO
}

/** Up to its end this log is now as the leader's. */
function progress(state: FollowerState, log: FollowedLog): FollowerEffects {
  state.failures = 0
  const highWatermark = Math.max(log.highWatermark, Math.min(state.leaderHighWatermark, log.logEndOffset))
  const logStartOffset = Math.min(state.leaderLogStartOffset, highWatermark)
  return {
    ...(highWatermark > log.highWatermark && { highWatermark }),
    ...(logStartOffset > log.logStartOffset && { logStartOffset }),
  }
}

function rest(state: FollowerState, error: string): FollowerEffects {
  state.phase = 'resting'
  state.failures += 1
  return { work: { kind: 'rest', failures: state.failures, error } }
}

/** -1 in an empty log. */
function lastEpochIn(log: FollowedLog): number {
  return log.logEndOffset > log.logStartOffset ? log.leaderEpochAt(log.logEndOffset - 1) : -1
}
