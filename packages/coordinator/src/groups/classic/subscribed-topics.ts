import { ConsumerProtocolSubscription, decodeVersionedLeniently } from '@ottla/protocol'

/** The topics that consumers name in what they said when they joined; null if that of one of them cannot be read. */
export function topicsSubscribed(subscriptions: readonly (Uint8Array | undefined)[]): ReadonlySet<string> | null {
  const topics = new Set<string>()
  for (const bytes of subscriptions) {
    const named = bytes === undefined ? null : topicsOf(bytes)
    if (named === null) return null
    for (const topic of named) topics.add(topic)
  }
  return topics
}

/** The topics stand first in every version, so that what follows them does not matter. */
function topicsOf(bytes: Uint8Array): readonly string[] | null {
  try {
    return decodeVersionedLeniently(ConsumerProtocolSubscription, bytes).topics
  } catch {
    return null
  }
}
