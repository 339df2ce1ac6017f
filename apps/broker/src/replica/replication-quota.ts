/**
 * How fast replication may be (KIP-73): bytes per second over a sliding window, for those replicas only that a topic's configuration
 * names, so that a reassignment does not take what clients need.
 */
import { configResource, type MetadataImage } from '@ottla/replication'
import type { Clock } from '@ottla/runtime'

/** As Kafka's replication.quota.window.num and replication.quota.window.size.seconds. */
const SAMPLES = 11
const SAMPLE_MS = 1000
/** 9223372036854775807 and its like. */
const UNLIMITED = Number.MAX_SAFE_INTEGER

export interface ReplicationQuotaOptions {
  readonly clock: Clock
  /** Bytes per second, looked up each time: leader.replication.throttled.rate or follower.replication.throttled.rate. */
  readonly rate: () => number
}

export class ReplicationQuota {
  readonly #options: ReplicationQuotaOptions
  /** Bytes by the number of their second, oldest first. */
  readonly #samples: { readonly second: number; bytes: number }[] = []

  constructor(options: ReplicationQuotaOptions) {
    this.#options = options
  }

  /** Counts bytes of throttled replicas. */
  record(bytes: number): void {
    const second = this.#expire()
    const last = this.#samples.at(-1)
    if (last?.second === second) last.bytes += bytes
    else this.#samples.push({ second, bytes })
  }

  /** More was moved than the rate allows: throttled replicas that lag wait. */
  isExceeded(): boolean {
    return this.bytesPerSecond > this.#options.rate()
  }

  /** Since the first bytes that are remembered, of the last eleven seconds at most; never over less than a second. */
  get bytesPerSecond(): number {
    this.#expire()
    const [first] = this.#samples
    if (first === undefined) return 0
    const sinceMs = this.#options.clock.monotonic() - first.second * SAMPLE_MS
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0)
    return (bytes * 1000) / Math.max(SAMPLE_MS, sinceMs)
  }

  /** Forgets what is too old; returns the present second. */
  #expire(): number {
    const second = Math.floor(this.#options.clock.monotonic() / SAMPLE_MS)
    while (this.#samples.length > 0 && this.#samples[0]!.second <= second - SAMPLES) this.#samples.shift()
    return second
  }
}

/**
 * Whether leader.replication.throttled.replicas or follower.replication.throttled.replicas names the replica: `*` for all,
 * `none` or nothing for none, else `partition:broker` pairs separated by commas.
 */
export function isThrottled(value: string, partition: number, brokerId: number): boolean {
  if (value === '' || value === 'none') return false
  if (value.trim() === '*') return true
  const wanted = `${partition}:${brokerId}`
  return value.split(',').some((pair) => pair.trim() === wanted)
}

const RATE_KEYS = {
  leader: 'leader.replication.throttled.rate',
  follower: 'follower.replication.throttled.rate',
} as const

/**
 * Bytes per second that a broker may give (leader.replication.throttled.rate) or take (follower.replication.throttled.rate): dynamic
 * keys of a broker, or of all of them. Infinity when there is no limit.
 */
export function throttledRate(image: MetadataImage, side: 'leader' | 'follower', brokerId: number): number {
  const name = RATE_KEYS[side]
  for (const resource of [String(brokerId), '']) {
    const value = image.configs.get(configResource('broker', resource))?.get(name)
    if (value !== undefined) return Number(value) >= UNLIMITED ? Number.POSITIVE_INFINITY : Number(value)
  }
  return Number.POSITIVE_INFINITY
}
