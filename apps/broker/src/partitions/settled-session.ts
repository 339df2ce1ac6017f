import type { ControllerSession } from '../seams.ts'

/**
 * The session as the handlers see it: a forwarded request is answered once this broker's partitions have followed the image
 * too, so that a topic can be written to as soon as its creation is answered here.
 */
export function settledSession(
  session: ControllerSession,
  partitions: { settled(): Promise<void> },
): ControllerSession {
  return {
    get image() {
      return session.image
    },
    get brokerEpoch() {
      return session.brokerEpoch
    },
    onImage: (listener) => session.onImage(listener),
    allocateProducerIds: () => session.allocateProducerIds(),
    alterPartition: (topics, timeoutMs) => session.alterPartition(topics, timeoutMs),
    resign: (partitions) => session.resign(partitions),
    prepareStop: (timeoutMs) => session.prepareStop(timeoutMs),
    close: () => session.close(),
    async forward(options) {
      const answer = await session.forward(options)
      await partitions.settled()
      return answer
    },
  }
}
