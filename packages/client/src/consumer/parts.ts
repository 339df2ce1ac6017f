import type { Cluster } from '../cluster.ts'
import type { ClientWorld } from '../world.ts'
import type { Arrival } from './arrival.ts'
import type { Fetcher } from './fetcher.ts'
import type { GroupSide } from './group-side.ts'
import type { InHand } from './in-hand.ts'
import type { Lifetime } from './lifetime.ts'
import type { ConsumerConfig } from './options.ts'
import type { Subscription } from './subscription.ts'

/** What a consumer is made of, for those of its parts that need the others. */
export interface ConsumerParts {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ConsumerConfig
  readonly subscription: Subscription
  readonly fetcher: Fetcher
  readonly arrival: Arrival
  readonly inHand: InHand
  readonly lifetime: Lifetime
  /** Undefined without a group.id. */
  readonly group: GroupSide | undefined
  /** The application asks for records: throws what it has to know. */
  polled(): void
}

/** Milliseconds that are left of this time. */
export function countdown({ clock }: ClientWorld, timeoutMs: number): () => number {
  const endMs = clock.monotonic() + timeoutMs
  return () => endMs - clock.monotonic()
}
