import type { MetadataImage } from '@ottla/broker/internal'
import { placeOf, type ReplicaEvent } from '../history.ts'
import type { Checker } from './checker.ts'

/**
 * No member of an ISR that the controller has committed is behind the high watermark of the present leader. Looked at when an instant is over,
 * for replicas that run in the incarnation that the metadata knows. Whose directory was removed has to leave the ISR first.
 */
export function isrHoldsWhatIsCommitted(): Checker {
  let image: MetadataImage | undefined
  const replicas = new Map<string, Map<string, ReplicaEvent>>()
  const dirty = new Set<string>()
  /** By place and broker. */
  const removed = new Set<string>()

  function judge(place: string): string | undefined {
    const [any] = replicas.get(place)?.values() ?? []
    const topic = any === undefined ? undefined : image?.topics.get(any.topic)
    const partition = any === undefined ? undefined : topic?.partitions[any.partition]
    const onNodes = [...(replicas.get(place)?.values() ?? [])].filter(({ topicId }) => topicId === topic?.id)
    const leader = onNodes.find(
      ({ role, brokerId, leaderEpoch }) =>
        role === 'leading' && leaderEpoch === partition?.leaderEpoch && brokerId === partition.leader,
    )
    if (partition === undefined || leader === undefined) return undefined
    for (const replica of onNodes) {
      const isPresent = image?.brokers.get(replica.brokerId)?.epoch === replica.brokerEpoch
      const isMember = partition.isr.includes(replica.brokerId)
      if (!isMember) removed.delete(`${place} on ${replica.node}`)
      if (!isPresent || !isMember || removed.has(`${place} on ${replica.node}`)) continue
      if (replica.logEndOffset < leader.highWatermark)
        return `${place}: the ISR is ${partition.isr.join(', ')} in leader epoch ${partition.leaderEpoch}, the high watermark of ${leader.node} is ${leader.highWatermark}, and the log of ${replica.node} ends at ${replica.logEndOffset}`
    }
    return undefined
  }

  return {
    name: 'the ISR holds what is committed',
    see(event) {
      switch (event.kind) {
        case 'image':
          if (event.node !== 'controller') return undefined
          for (const topic of event.image.topics.values()) {
            if (image?.topics.get(topic.name) === topic) continue
            for (const { partition } of topic.partitions) dirty.add(placeOf({ topic: topic.name, partition }))
          }
          image = event.image
          return undefined
        case 'replica': {
          const place = placeOf(event)
          const onNodes = replicas.get(place) ?? new Map<string, ReplicaEvent>()
          replicas.set(place, onNodes)
          onNodes.set(event.node, event)
          dirty.add(place)
          return undefined
        }
        case 'damaged':
          if (event.what === 'removal') removed.add(`${placeOf(event)} on ${event.node}`)
          return undefined
        case 'down':
          for (const onNodes of replicas.values()) onNodes.delete(event.node)
          return undefined
        case 'instant': {
          const found = [...dirty].map(judge).filter((message) => message !== undefined)
          dirty.clear()
          return found
        }
        default:
          return undefined
      }
    },
  }
}
