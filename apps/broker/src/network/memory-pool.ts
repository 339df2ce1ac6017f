/**
 * The memory that frames may take together (`queued.max.request.bytes`). A connection claims bytes as they arrive and
 * gives them back when the request no longer needs them.
 *
 * Frames are *small* or *large* by the size that they announce. An eighth of the pool is for the small ones alone: a few peers
 * with huge frames that never end do not make the broker deaf for everybody else.
 *
 * Pressure: *none* (everybody reads) -> *tight* (but an eighth is claimed: connections in the middle of a large frame are paused)
 * -> *empty* (all is claimed: everybody is paused). It falls again when another eighth is free: without that distance thousands
 * of sockets would be paused and resumed for each frame. When bytes that arrive make the pool empty, frames that have had no
 * byte for a second lose claim and connection, and so do the youngest large ones, if it was for a large one. While it is empty,
 * so do connections whose whole requests have not moved for a second: their peer may never take a response, or wait for ever.
 *
 * Brokers that copy partitions (*privileged*) are counted and never kept waiting: each has one small request at a time. If clients
 * could stop them, nothing would be committed any more, and ISRs would shrink.
 *
 * Under pressure the oldest paused frames may overdraw the pool, as many as miss no more than one frame's largest size
 * together: else frames that are all half there would wait for each other for ever. So the bound is the pool plus the
 * largest frame (and one read of each connection that was under way). In return each of them must get 64 KiB/s, judged over
 * windows of a second, or it loses claim and connection; and every unfinished frame loses them after 30 seconds without a byte,
 * counted only while we did read from its socket.
 */
import type { Clock } from '@ottla/runtime'

export const OVERDRAFT_BYTES_PER_SECOND_MIN = 64 * 1024
export const FRAME_STALL_MS_MAX = 30_000
/** A frame that announces more is large: a little more than a batch of the default `max.message.bytes`. */
export const SMALL_FRAME_BYTES_MAX = 1_280 * 1024
/** An overdraft is judged by windows that are longer than this. */
const OVERDRAFT_WINDOW_MS = 1_000
/** When the pool becomes empty, a frame that was read from and had no byte for so long is given up. */
const STALE_MS = 1_000

/** What the pool asks of a connection. */
export interface PoolMember {
  /** False while the connection does not read for reasons of its own (its peer is slow, too many requests). */
  readonly wantsToRead: boolean
  /** A replica: it is neither paused nor given up for want of memory, since clients wait for what it copies. */
  readonly isPrivileged: boolean
  /** True while whole requests of it hold memory and do not move: no one can say for how long. */
  readonly isStuck: boolean
  /** There is no memory for what the connection would read: it reads nothing until `poolResume`. Either may be repeated. */
  poolPause(): void
  poolResume(): void
  /** The connection is given up: it is closed. */
  poolEvict(reason: string): void
}

export interface MemoryPoolOptions {
  /** `queued.max.request.bytes`; negative: no limit. */
  readonly sizeBytes: number
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number
  readonly clock: Clock
}

export type Pressure = 'none' | 'tight' | 'empty'

/** The pool as metrics show it. */
export interface PoolState {
  readonly sizeBytes: number
  readonly claimedBytes: number
  readonly pressure: Pressure
  /** Connections that were given up so far. */
  readonly evictions: number
}

interface UnfinishedFrame {
  /** As announced. */
  readonly sizeBytes: number
  claimedBytes: number
  lastProgressMs: number
  overdraft: Overdraft | undefined
}

interface Overdraft {
  /** What the frame missed when it was allowed to overdraw. */
  readonly missingBytes: number
  claimedBytes: number
  windowStartMs: number
  windowBytes: number
}

export class MemoryPool implements PoolState {
  readonly sizeBytes: number
  readonly #frameBytesMax: number
  readonly #clock: Clock
  #claimedBytes = 0
  #evictions = 0
  /** The part of it that overdrawing frames took; it causes no pressure. */
  #overdrawnBytes = 0
  /** What overdrawing frames may take together, by what they missed. */
  #overdraftBytes = 0
  #pressure: Pressure = 'none'
  readonly #members = new Set<PoolMember>()
  /** In the order in which their frames began. */
  readonly #unfinished = new Map<PoolMember, UnfinishedFrame>()

  constructor({ sizeBytes, frameBytesMax, clock }: MemoryPoolOptions) {
    this.sizeBytes = sizeBytes < 0 ? Number.POSITIVE_INFINITY : sizeBytes
    this.#frameBytesMax = frameBytesMax
    this.#clock = clock
  }

  get claimedBytes(): number {
    return this.#claimedBytes
  }

  get pressure(): Pressure {
    return this.#pressure
  }

  get evictions(): number {
    return this.#evictions
  }

  join(member: PoolMember): void {
    this.#members.add(member)
    if (this.#pressure !== 'none') this.#steer(member)
  }

  /** The member has become privileged. */
  privileged(member: PoolMember): void {
    if (this.#members.has(member) && this.#pressure !== 'none') this.#steer(member)
  }

  /** The member's connection is gone; what its unfinished frame had claimed is free again. */
  leave(member: PoolMember): void {
    this.#members.delete(member)
    const frame = this.#unfinished.get(member)
    if (frame === undefined) return
    this.#forget(member, frame)
    this.release(frame.claimedBytes)
  }

  /**
   * Bytes of the member's unfinished frame, which announced `frameBytes`, have arrived: they are granted always, and may cause
   * pressure. The member may be evicted before this returns.
   */
  received(member: PoolMember, bytes: number, frameBytes: number): void {
    if (!this.#members.has(member)) return
    const frame = this.#unfinished.get(member) ?? this.#begin(member, frameBytes)
    frame.claimedBytes += bytes
    frame.lastProgressMs = this.#clock.monotonic()
    this.#claimedBytes += bytes
    if (frame.overdraft !== undefined) {
      frame.overdraft.claimedBytes += bytes
      frame.overdraft.windowBytes += bytes
      this.#overdrawnBytes += bytes
    } else if (this.#pressure !== 'none' || this.#claimedBytes >= this.#tightBytes) {
      const before = this.#pressure
      this.#settle()
      if (this.#pressure === 'empty' && before !== 'empty') this.#shed(before, isLarge(frame))
    }
  }

  /** The frame is whole: its claim, which is returned, belongs to the request from now on. */
  finish(member: PoolMember): number {
    const frame = this.#unfinished.get(member)
    if (frame === undefined) return 0
    this.#forget(member, frame)
    if (this.#pressure !== 'none') {
      this.#steer(member)
      this.#settle()
    }
    return frame.claimedBytes
  }

  /** More memory for requests that are whole; given back by `release`. The member whose they are may be evicted before this returns. */
  claim(bytes: number): void {
    this.#claimedBytes += bytes
    if (this.#pressure !== 'none' || this.#claimedBytes >= this.#tightBytes) this.#settle()
  }

  release(bytes: number): void {
    this.#claimedBytes -= bytes
    if (this.#pressure !== 'none') this.#settle()
  }

  /** Called about once a second: ends frames that do not move, and takes the overdraft from who does not use it. */
  sweep(): void {
    const now = this.#clock.monotonic()
    for (const [member, frame] of [...this.#unfinished]) {
      if (!this.#unfinished.has(member)) continue
      if (!member.wantsToRead) this.#rest(member, frame, now)
      else if (frame.overdraft !== undefined && this.#pressure !== 'none') this.#judge(member, frame.overdraft, now)
      else if (isHeld(member, frame, this.#pressure)) frame.lastProgressMs = now
      else if (now - frame.lastProgressMs > FRAME_STALL_MS_MAX) {
        this.#evict(member, 'no byte of an unfinished frame for 30 s')
      }
    }
    if (this.#pressure === 'empty') this.#shedStuck()
    if (this.#pressure !== 'none') this.#settle()
  }

  get #tightBytes(): number {
    return (this.sizeBytes / 8) * 7
  }

  #begin(member: PoolMember, sizeBytes: number): UnfinishedFrame {
    const lastProgressMs = this.#clock.monotonic()
    const frame: UnfinishedFrame = { sizeBytes, claimedBytes: 0, lastProgressMs, overdraft: undefined }
    this.#unfinished.set(member, frame)
    if (isHeld(member, frame, this.#pressure)) member.poolPause()
    return frame
  }

  #forget(member: PoolMember, frame: UnfinishedFrame): void {
    this.#unfinished.delete(member)
    this.#endOverdraft(frame)
  }

  #endOverdraft(frame: UnfinishedFrame): void {
    if (frame.overdraft === undefined) return
    this.#overdrawnBytes -= frame.overdraft.claimedBytes
    this.#overdraftBytes -= frame.overdraft.missingBytes
    frame.overdraft = undefined
  }

  #rest(member: PoolMember, frame: UnfinishedFrame, now: number): void {
    frame.lastProgressMs = now
    if (frame.overdraft === undefined) return
    this.#endOverdraft(frame)
    this.#steer(member)
  }

  #judge(member: PoolMember, overdraft: Overdraft, now: number): void {
    const windowMs = now - overdraft.windowStartMs
    if (windowMs <= OVERDRAFT_WINDOW_MS) return
    if (overdraft.windowBytes * 1000 < windowMs * OVERDRAFT_BYTES_PER_SECOND_MIN) {
      this.#evict(member, 'request memory is exhausted and this frame arrived slower than 64 KiB/s')
      return
    }
    overdraft.windowStartMs = now
    overdraft.windowBytes = 0
  }

  #evict(member: PoolMember, reason: string): void {
    this.#evictions += 1
    this.leave(member)
    member.poolEvict(reason)
  }

  /** Brings the pressure up to date, and hands out overdrafts while there is any. */
  #settle(): void {
    const before = this.#pressure
    this.#pressure = this.#pressureNow()
    if (this.#pressure !== before) this.#changed(before)
    if (this.#pressure !== 'none') this.#grant()
  }

  #pressureNow(): Pressure {
    const claimed = this.#claimedBytes - this.#overdrawnBytes
    const isEmpty = claimed >= this.sizeBytes || (this.#pressure === 'empty' && claimed > this.#tightBytes)
    if (isEmpty) return 'empty'
    const isTight = claimed >= this.#tightBytes || (this.#pressure !== 'none' && claimed > (this.sizeBytes / 4) * 3)
    return isTight ? 'tight' : 'none'
  }

  /** Each eviction settles anew, so the loops end as soon as an eighth is free. */
  #shed(before: Pressure, isForLarge: boolean): void {
    const now = this.#clock.monotonic()
    const frames = [...this.#unfinished]
    for (const [member, frame] of frames) {
      if (this.#pressure !== 'empty') return
      if (!member.wantsToRead || isHeld(member, frame, before) || now - frame.lastProgressMs < STALE_MS) continue
      if (member.isPrivileged) continue
      this.#evict(member, 'request memory is exhausted and this frame had no byte for a second')
    }
    if (!isForLarge) return
    for (const [member, frame] of frames.slice(1).reverse()) {
      if (this.#pressure !== 'empty') return
      if (member.isPrivileged || !isLarge(frame) || frame.overdraft !== undefined || !this.#unfinished.has(member))
        continue
      this.#evict(member, 'request memory is exhausted and this large frame is one of the last that began')
    }
  }

  #shedStuck(): void {
    for (const member of [...this.#members]) {
      if (this.#pressure !== 'empty') return
      if (member.isPrivileged || !member.isStuck) continue
      this.#evict(member, 'request memory is exhausted and its requests wait behind each other')
      // What the member gave back has been told while it was closed.
      this.#settle()
    }
  }

  #changed(before: Pressure): void {
    const now = this.#clock.monotonic()
    for (const [member, frame] of this.#unfinished) {
      if (isHeld(member, frame, before) && !isHeld(member, frame, this.#pressure)) frame.lastProgressMs = now
    }
    for (const member of [...this.#members]) this.#steer(member)
    if (this.#pressure === 'empty') this.#shedStuck()
  }

  #steer(member: PoolMember): void {
    const frame = this.#unfinished.get(member)
    const waits = frame === undefined ? this.#pressure === 'empty' : isHeld(member, frame, this.#pressure)
    if (waits && !member.isPrivileged) member.poolPause()
    else member.poolResume()
  }

  #grant(): void {
    for (const [member, frame] of this.#unfinished) {
      if (!member.wantsToRead || !isHeld(member, frame, this.#pressure)) continue
      const missingBytes = frame.sizeBytes - frame.claimedBytes
      if (this.#overdraftBytes > 0 && this.#overdraftBytes + missingBytes > this.#frameBytesMax) return
      const windowStartMs = this.#clock.monotonic()
      frame.overdraft = { missingBytes, claimedBytes: 0, windowStartMs, windowBytes: 0 }
      this.#overdraftBytes += missingBytes
      member.poolResume()
    }
  }
}

/** Whether the frame waits for memory. */
function isHeld(member: PoolMember, frame: UnfinishedFrame, pressure: Pressure): boolean {
  if (member.isPrivileged || frame.overdraft !== undefined) return false
  return pressure === 'empty' || (pressure === 'tight' && isLarge(frame))
}

function isLarge(frame: UnfinishedFrame): boolean {
  return frame.sizeBytes > SMALL_FRAME_BYTES_MAX
}
