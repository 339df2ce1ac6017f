import type { Checker } from './checker.ts'

/**
 * A topic that the cluster has said to be created is there until its deletion is asked for. (What was deleted may come back: a creation that was
 * asked for twice, because no answer came, may be done late.)
 */
export function changesAreKept(): Checker {
  const created = new Set<string>()
  const deletionAsked = new Set<string>()
  return {
    name: 'changes of the cluster are kept',
    see(event) {
      switch (event.kind) {
        case 'asked':
          if (event.change !== 'delete') return undefined
          deletionAsked.add(event.topic)
          created.delete(event.topic)
          return undefined
        case 'done':
          if (event.change === 'create' && !deletionAsked.has(event.topic)) created.add(event.topic)
          return undefined
        case 'image': {
          if (event.node !== 'controller') return undefined
          return [...created]
            .filter((topic) => !event.image.topics.has(topic))
            .map((topic) => `${topic} was created and is gone`)
        }
        default:
          return undefined
      }
    },
  }
}
