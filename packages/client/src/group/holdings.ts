import type { TopicPartition } from '../admin/leaders.ts'
import { difference, type MemberEffect } from './member.ts'

/** The partitions that a member holds, and how they are handed over: of revocations and assignments only the last one is open. */
export class Holdings<P extends TopicPartition> {
  private readonly emit: (effect: MemberEffect) => void
  private present: readonly P[] = []
  /** What is left when the open revocation is done. */
  private keeps: readonly P[] = []
  /** What is being taken over. */
  private target: readonly P[] = []
  private round = 0

  constructor(emit: (effect: MemberEffect) => void) {
    this.emit = emit
  }

  get partitions(): readonly P[] {
    return this.present
  }

  get isEmpty(): boolean {
    return this.present.length === 0
  }

  /** Whether it is this revocation or assignment that is open. */
  isOpen(round: number): boolean {
    return round === this.round
  }

  /** Gives up what is not in the assignment, to be taken over by `assign`; false: there is nothing to give up. */
  giveUp(target: readonly P[]): boolean {
    this.target = target
    const goes = difference(this.present, target)
    if (goes.length > 0) this.revoke(goes)
    return goes.length > 0
  }

  /** Whether taking over adds to what is held. */
  get isToGrow(): boolean {
    return difference(this.target, this.present).length > 0
  }

  revoke(goes: readonly P[], lost = false): void {
    this.keeps = difference(this.present, goes)
    this.round += 1
    this.emit({ kind: 'revoke', round: this.round, partitions: goes, lost })
  }

  /** The open revocation is done. */
  revoked(): void {
    this.present = this.keeps
  }

  /** What is being taken over is held from now on. */
  assign(): void {
    const partitions = this.target
    const added = difference(partitions, this.present)
    this.present = partitions
    this.round += 1
    this.emit({ kind: 'assign', round: this.round, partitions, added })
  }

  /** Holds nothing any more; what was to be told to the application has been. */
  clear(): void {
    this.present = []
    this.keeps = []
    this.target = []
  }
}
