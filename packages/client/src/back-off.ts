import type { Random } from '@ottla/runtime'

const JITTER = 0.2
const RANDOM_STEPS = 1_000_000

/** The pause before retry number `retry` (from 0): doubling up to the maximum, a fifth of it random (KIP-580). */
export function backOffMs(retry: number, options: { firstMs: number; maxMs: number; random: Random }): number {
  const { firstMs, maxMs, random } = options
  const plain = Math.min(firstMs * 2 ** Math.min(retry, 30), maxMs)
  const spread = (random.integer(RANDOM_STEPS) / RANDOM_STEPS) * 2 - 1
  return Math.max(0, Math.round(plain * (1 + JITTER * spread)))
}
