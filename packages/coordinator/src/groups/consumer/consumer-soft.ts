import type { MetadataImage } from '@ottla/replication'

/** What consumer groups know beyond their records. */
export type ConsumerSoft =
  /** The image that the shard has seen last. */
  | { readonly kind: 'consumer-image'; readonly image: MetadataImage }
  /** Whether the expressions of a group are being matched. */
  | { readonly kind: 'consumer-resolving'; readonly groupId: string; readonly resolving: boolean }
  /** Whether a member that speaks the classic protocol has been told to join again, and its time for that runs. */
  | { readonly kind: 'consumer-rejoin'; readonly timerKey: string; readonly expected: boolean }
