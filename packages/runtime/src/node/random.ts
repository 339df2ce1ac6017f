import type { Random } from '../random.ts'
import { lazily } from './lazy.ts'

const crypto = lazily<typeof import('node:crypto')>('node:crypto')

/** The operating system's cryptographic generator. `integer` takes up to 2^48. */
export const nodeRandom: Random = {
  bytes: (length) => new Uint8Array(crypto().randomBytes(length)),
  integer: (below) => crypto().randomInt(below),
}
