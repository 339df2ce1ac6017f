/**
 * The memory that frames may take together (`queued.max.request.bytes`). A connection claims bytes as they arrive and
 * gives them back when the request no longer needs them.
 *
 * States of the pool: *open* (everybody reads) and *empty* (all members are paused, but one). It becomes empty when the claims
 * reach its size, and open again when an eighth of it is free: without that distance thousands of sockets would be
 * paused and resumed for each frame.
 *
 * While it is empty the oldest unfinished frame, one at a time, may overdraw it: else frames that are all half there would
 * wait for each other for ever. So the bound is the pool plus the largest frame (and one read, which was under way). In
 * return that frame must average 64 KiB/s, or it loses its claim and its connection; and every unfinished frame loses
 * them after 30 seconds without a byte, counted only while we did read from its socket.
 */
import type { Clock } from '@ottla/runtime'

export const OVERDRAFT_BYTES_PER_SECOND_MIN = 64 * 1024
export const FRAME_STALL_MS_MAX = 30_000
/** A frame may overdraw for so long before its average counts. */
const OVERDRAFT_GRACE_MS = 1_000

/** What the pool asks of a connection. */
export interface PoolMember {
  /** False while the connection does not read for reasons of its own (its peer is slow, too many requests). */
  readonly wantsToRead: boolean
  /** The pool is empty: read nothing until `poolResume`. */
  poolPause(): void
  poolResume(): void
  /** The connection's unfinished frame made no acceptable progress: it is closed. */
  poolEvict(reason: string): void
}

interface UnfinishedFrame {
  claimedBytes: number
  lastProgressMs: number
  /** Since when it may overdraw, and what it had claimed then. */
  overdraft: { readonly sinceMs: number; receivedBytes: number } | undefined
}

export class MemoryPool {
  readonly sizeBytes: number
  #claimedBytes = 0
  #empty = false
  readonly #clock: Clock
  readonly #members = new Set<PoolMember>()
  /** In the order in which their frames began. */
  readonly #unfinished = new Map<PoolMember, UnfinishedFrame>()
  #overdrawing: PoolMember | undefined

  /** `sizeBytes` of -1: no limit. */
  constructor(sizeBytes: number, clock: Clock) {
    this.sizeBytes = sizeBytes < 0 ? Number.POSITIVE_INFINITY : sizeBytes
    this.#clock = clock
  }

  get claimedBytes(): number {
    return this.#claimedBytes
  }

  get isEmpty(): boolean {
    return this.#empty
  }

  join(member: PoolMember): void {
    this.#members.add(member)
    if (this.#empty) member.poolPause()
  }

  /** The member's connection is gone; what its unfinished frame had claimed is free again. */
  leave(member: PoolMember): void {
    this.#members.delete(member)
    const frame = this.#unfinished.get(member)
    if (frame === undefined) return
    this.#forget(member)
    this.release(frame.claimedBytes)
  }

  /** More memory for the member's unfinished frame, for bytes that have arrived: granted always, it may empty the pool. */
  claim(member: PoolMember, bytes: number): void {
    const frame = this.#unfinished.get(member) ?? this.#begin(member)
    frame.claimedBytes += bytes
    this.#claimedBytes += bytes
    if (!this.#empty && this.#claimedBytes >= this.sizeBytes) this.#becomeEmpty()
  }

  /** Bytes of the member's unfinished frame have arrived. */
  progressed(member: PoolMember, bytes: number): void {
    const frame = this.#unfinished.get(member) ?? this.#begin(member)
    frame.lastProgressMs = this.#clock.monotonic()
    if (frame.overdraft !== undefined) frame.overdraft.receivedBytes += bytes
  }

  /** The frame is whole: its claim, which is returned, belongs to the request from now on. */
  finish(member: PoolMember): number {
    const frame = this.#unfinished.get(member)
    if (frame === undefined) return 0
    this.#forget(member)
    if (this.#empty) this.#chooseOverdrawing()
    return frame.claimedBytes
  }

  release(bytes: number): void {
    this.#claimedBytes -= bytes
    if (this.#empty && this.#claimedBytes <= this.sizeBytes - this.sizeBytes / 8) this.#becomeOpen()
    else if (this.#empty) this.#chooseOverdrawing()
  }

  /** Called about once a second: ends frames that do not move, and takes the overdraft from who does not use it. */
  sweep(): void {
    const now = this.#clock.monotonic()
    for (const [member, frame] of [...this.#unfinished]) {
      if (!member.wantsToRead) this.#rest(member, frame, now)
      else if (frame.overdraft !== undefined) this.#judgeOverdraft(member, frame.overdraft, now)
      else if (this.#empty) frame.lastProgressMs = now
      else if (now - frame.lastProgressMs > FRAME_STALL_MS_MAX) {
        this.#evict(member, 'no byte of an unfinished frame for 30 s')
      }
    }
    if (this.#empty) this.#chooseOverdrawing()
  }

  #rest(member: PoolMember, frame: UnfinishedFrame, now: number): void {
    frame.lastProgressMs = now
    if (frame.overdraft === undefined) return
    frame.overdraft = undefined
    this.#overdrawing = undefined
    member.poolPause()
  }

  #judgeOverdraft(member: PoolMember, overdraft: { sinceMs: number; receivedBytes: number }, now: number): void {
    const heldMs = now - overdraft.sinceMs
    if (heldMs <= OVERDRAFT_GRACE_MS) return
    if (overdraft.receivedBytes * 1000 >= heldMs * OVERDRAFT_BYTES_PER_SECOND_MIN) return
    this.#evict(member, 'request memory is exhausted and this frame arrived slower than 64 KiB/s')
  }

  #begin(member: PoolMember): UnfinishedFrame {
    const frame: UnfinishedFrame = {
      claimedBytes: 0,
      lastProgressMs: this.#clock.monotonic(),
      overdraft: undefined,
    }
    this.#unfinished.set(member, frame)
    if (this.#empty) this.#chooseOverdrawing()
    return frame
  }

  #forget(member: PoolMember): void {
    this.#unfinished.delete(member)
    if (this.#overdrawing !== member) return
    this.#overdrawing = undefined
    if (this.#empty && this.#members.has(member)) member.poolPause()
  }

  #evict(member: PoolMember, reason: string): void {
    this.leave(member)
    member.poolEvict(reason)
    if (this.#empty) this.#chooseOverdrawing()
  }

  #becomeEmpty(): void {
    this.#empty = true
    for (const member of this.#members) member.poolPause()
    this.#chooseOverdrawing()
  }

  #becomeOpen(): void {
    this.#empty = false
    this.#overdrawing = undefined
    const now = this.#clock.monotonic()
    for (const frame of this.#unfinished.values()) {
      frame.overdraft = undefined
      frame.lastProgressMs = now
    }
    for (const member of this.#members) member.poolResume()
  }

  #chooseOverdrawing(): void {
    if (this.#overdrawing !== undefined) return
    for (const [member, frame] of this.#unfinished) {
      if (!member.wantsToRead) continue
      this.#overdrawing = member
      frame.overdraft = { sinceMs: this.#clock.monotonic(), receivedBytes: 0 }
      member.poolResume()
      return
    }
  }
}
