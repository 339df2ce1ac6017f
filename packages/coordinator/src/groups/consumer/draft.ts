/**
 * What is to become of a group, worked out on the group itself: each record is applied as it is written down, so that what follows sees it, and in the
 * end all is taken back. The runtime replays the records then, for good.
 */
import type { ShardRecord, TimerSetting } from '../../shard.ts'
import type { GroupOutcome } from '../area.ts'
import { outcomes } from '../outcomes.ts'
import type { GroupReply } from '../requests.ts'
import { applyRecord, type Undo, undoOf } from './changes.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { currentRecord } from './consumer-records.ts'
import type { ConsumerSoft } from './consumer-soft.ts'
import type { ConsumerEffect } from './effects.ts'

export class GroupDraft {
  readonly group: ConsumerGroup
  readonly soft: ConsumerSoft[] = []
  readonly effects: ConsumerEffect[] = []
  readonly #records: ShardRecord[]
  readonly #timers: TimerSetting[] = []
  readonly #undo: Undo[] = []
  readonly #others: GroupOutcome[] = []
  readonly #divisible: boolean

  /** `before`: records that turn another kind of group into this one. */
  constructor(group: ConsumerGroup, before: readonly ShardRecord[] = []) {
    this.group = group
    this.#records = [...before]
    this.#divisible = before.length === 0
  }

  get hasRecords(): boolean {
    return this.#records.length > 0
  }

  write(...records: readonly ShardRecord[]): void {
    for (const record of records) {
      this.#undo.push(undoOf(this.group, record))
      applyRecord(this.group, record)
      this.#records.push(record)
    }
  }

  /** The only way in which partitions get holders while the shard lives. */
  writeCurrent(member: ConsumerMember): void {
    this.group.assertOneHolder(member)
    this.write(currentRecord(this.group.groupId, member))
  }

  /** What else follows, of a group of another kind: behind all of this. */
  add(outcome: GroupOutcome): void {
    this.#others.push(outcome)
  }

  /** Undefined: it ends. Those that stem from records start when these are committed. */
  timer(key: string, afterMs: number | undefined): void {
    this.#timers.push({ key, afterMs })
  }

  /**
   * Every beginning of the records makes sense (a target without its epoch is computed again), so that a large group's may fill several batches;
   * not so where one kind of group takes the place of another.
   */
  outcome(replies: readonly { ticket: number; reply: GroupReply; waits?: boolean }[]): GroupOutcome {
    const onceCommitted = this.hasRecords
    const own: GroupOutcome = {
      records: this.#records,
      soft: this.soft,
      effects: this.effects,
      timers: this.#timers.map((timer) => (timer.afterMs === undefined ? timer : { ...timer, onceCommitted })),
      replies,
    }
    if (this.#others.length > 0) return outcomes([own, ...this.#others])
    return this.#divisible ? { ...own, divisible: true } : own
  }

  discard(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo()
  }
}

/** Works on a draft and leaves the group as it was, whatever happens. */
export function drafted<T>(draft: GroupDraft, work: (draft: GroupDraft) => T): T {
  try {
    return work(draft)
  } finally {
    draft.discard()
  }
}
