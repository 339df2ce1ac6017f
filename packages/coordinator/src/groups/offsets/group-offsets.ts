/**
 * The offsets of a shard's groups: committed, told, deleted with their partition, topic or group, expired.
 *
 * What takes more than one outcome (deletion of a large group, expiry, the end of a topic) goes in steps: each step's records are replayed and
 * committed before the next, which starts by a timer of its own. A group that is being deleted may be joined between two steps: it stays then,
 * without the offsets that are gone, and the deletion is answered with NON_EMPTY_GROUP.
 */
import { ErrorCode, type OffsetCommitRequest, type OffsetDeleteRequest } from '@ottla/protocol'
import type { MetadataDelta } from '@ottla/replication'
import type { Caller, ShardRecord, ShardView } from '../../shard.ts'
import type { AreaParts, GroupOutcome } from '../area.ts'
import { newGroup } from '../classic/classic-group.ts'
import type { AnyGroup } from '../registry.ts'
import type { FetchedGroup, FetchedOffsets } from '../requests.ts'
import { commitOffsets } from './commit-offsets.ts'
import { deleteOffsets } from './delete-offsets.ts'
import { fetchOffsets } from './fetch-offsets.ts'
import { beginDeletion, deletionStep } from './group-deletion.ts'
import { committedOffsetOf } from './offset-records.ts'
import type { GroupDeletion, OffsetSoft, OffsetSweep, OffsetWork } from './offset-soft.ts'
import { beginSweep, type StepLimits, sweepStep } from './offset-sweep.ts'
import { type OffsetKey, OffsetTable } from './offset-table.ts'

export interface GroupOffsetsParts extends AreaParts {
  /** A member has committed: what its session makes of that. */
  committed(group: AnyGroup, memberId: string, view: ShardView): GroupOutcome
  /** Of one step. */
  readonly limits?: StepLimits
}

/** A step takes a few milliseconds at most. */
const STEP_LIMITS: StepLimits = { records: 1000, looks: 10_000 }

const EXPIRY = 'offsets:expiry'

/** A deletion whose step is not committed for so long is given up: who asked must not wait for replicas that are gone. */
const STEP_TIMEOUT_MS = 30_000
const LATE = 'offsets:late:'

export class GroupOffsets {
  readonly #parts: GroupOffsetsParts
  readonly #limits: StepLimits
  readonly #offsets = new OffsetTable()
  readonly #works = new Map<string, OffsetWork>()

  constructor(parts: GroupOffsetsParts) {
    this.#parts = parts
    this.#limits = parts.limits ?? STEP_LIMITS
  }

  /** Number of committed offsets. */
  get size(): number {
    return this.#offsets.size
  }

  commit(body: OffsetCommitRequest, caller: Caller, view: ShardView): GroupOutcome {
    return commitOffsets(body, { caller, view, parts: this.#parts })
  }

  fetch(body: FetchedGroup): FetchedOffsets {
    return fetchOffsets(body, this.#parts.registry.get(body.groupId), this.#offsets)
  }

  delete(body: OffsetDeleteRequest, caller: Caller): GroupOutcome {
    const { reply, records } = deleteOffsets(body, this.#parts.registry.get(body.groupId), this.#offsets)
    return { records, replies: [{ ticket: caller.ticket, reply }] }
  }

  deleteGroups(groupIds: readonly string[], caller: Caller): GroupOutcome {
    return this.#deletionStep(`offsets:deletion:${caller.ticket}`, beginDeletion(groupIds, caller.ticket))
  }

  replay(offset: number, record: ShardRecord): void {
    const key = record.key as OffsetKey
    const committed = committedOffsetOf(record)
    if (committed === undefined) {
      this.#offsets.delete(key)
      return
    }
    this.#offsets.set(key, committed, offset)
    // Commits without membership make a group without members, of no protocol; it exists because its offsets do.
    if (this.#parts.registry.get(key.group) === undefined) this.#parts.registry.set(newGroup(key.group, undefined))
  }

  apply(soft: OffsetSoft): void {
    if (soft.kind === 'offset-work') this.#works.set(soft.timerKey, soft.work)
    else this.#works.delete(soft.timerKey)
  }

  loaded(): GroupOutcome {
    return { timers: [{ key: EXPIRY, afterMs: this.#parts.settings().offsetsRetentionCheckIntervalMs }] }
  }

  /** `timerKey` is that of a work under way, or says that it is time for the expired ones. */
  expired(timerKey: string, view: ShardView): GroupOutcome {
    if (timerKey.startsWith(LATE)) return this.#giveUp(timerKey.slice(LATE.length))
    const work = this.#works.get(timerKey)
    if (work?.kind === 'deletion') return this.#deletionStep(timerKey, work)
    if (work === undefined && timerKey !== EXPIRY) return {}
    const sweep = work ?? beginSweep({ kind: 'expired' }, { ...this.#parts, offsets: this.#offsets })
    const outcome = this.#sweepStep(timerKey, sweep, view)
    const isOver = outcome.timers === undefined
    return timerKey === EXPIRY && isOver ? { ...outcome, ...this.loaded() } : outcome
  }

  /** The offsets of a topic end with it: a topic of the same name would begin in the middle otherwise. */
  imageChanged(delta: MetadataDelta, view: ShardView): GroupOutcome {
    const [first] = delta.topicsRemoved.keys()
    if (first === undefined) return {}
    const ids = new Map<string, Set<string>>()
    for (const [id, { name }] of delta.topicsRemoved) ids.set(name, (ids.get(name) ?? new Set()).add(id))
    const sweep = beginSweep({ kind: 'topics-deleted', ids }, { ...this.#parts, offsets: this.#offsets })
    // An id is deleted once, so that no other sweep has this name.
    return this.#sweepStep(`offsets:topics-deleted:${first}`, sweep, view)
  }

  #deletionStep(timerKey: string, deletion: GroupDeletion): GroupOutcome {
    const { registry } = this.#parts
    const { records, next } = deletionStep(deletion, {
      registry,
      offsets: this.#offsets,
      recordsMax: this.#limits.records,
    })
    const late = { key: LATE + timerKey, afterMs: next.kind === 'deletion' ? STEP_TIMEOUT_MS : undefined }
    if (next.kind === 'deletion') {
      const step = toBeContinued(timerKey, next, records)
      return { ...step, timers: [...(step.timers ?? []), late] }
    }
    const replies = [{ ticket: deletion.ticket, reply: next.deleted }]
    return { ...done(timerKey, records), timers: [late], replies }
  }

  /** What has been deleted so far stays so; the next attempt goes on with the rest. */
  #giveUp(timerKey: string): GroupOutcome {
    const work = this.#works.get(timerKey)
    if (work?.kind !== 'deletion') return {}
    const { ticket, groupIds, errorCodes } = work
    const reply = groupIds.map((groupId, at) => {
      return { groupId, errorCode: errorCodes[at] ?? ErrorCode.COORDINATOR_NOT_AVAILABLE }
    })
    const timers = [{ key: timerKey, afterMs: undefined }]
    return { ...done(timerKey, []), timers, replies: [{ ticket, reply, waits: false }] }
  }

  #sweepStep(timerKey: string, sweep: OffsetSweep, view: ShardView): GroupOutcome {
    const { records, next } = sweepStep(sweep, {
      offsets: this.#offsets,
      registry: this.#parts.registry,
      nowMs: view.nowMs,
      retentionMs: this.#parts.settings().offsetsRetentionMs,
      limits: this.#limits,
    })
    return next === undefined ? done(timerKey, records) : toBeContinued(timerKey, next, records)
  }
}

/** The next step waits for this one's records, so that work never runs ahead of the replication. */
function toBeContinued(timerKey: string, work: OffsetWork, records: readonly ShardRecord[]): GroupOutcome {
  return {
    records,
    divisible: true,
    soft: [{ kind: 'offset-work', timerKey, work }],
    timers: [{ key: timerKey, afterMs: 0, onceCommitted: true }],
  }
}

function done(timerKey: string, records: readonly ShardRecord[]): GroupOutcome {
  return { records, divisible: true, soft: [{ kind: 'offset-work-done', timerKey }] }
}
