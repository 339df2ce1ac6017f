/**
 * The records of a change of overrides. A change of min.insync.replicas and the eligible leaders that it clears are one batch:
 * as soon as an ISR has enough members under the new value its high watermark may advance without the ELR, whose members no
 * longer surely hold every committed record.
 */
import {
  type ConfigResourceType,
  configResource,
  type MetadataImage,
  type MetadataRecord,
  partitionChange,
  type TopicImage,
  topicConfigLayers,
  topicConfigNumber,
} from '@ottla/replication'

export type Overrides = ReadonlyMap<string, string>

const MIN_ISR = 'min.insync.replicas'

export interface ConfigChange {
  readonly resource: { readonly type: ConfigResourceType; readonly name: string }
  readonly current: Overrides
  readonly wanted: Overrides
}

/** Empty when nothing changes. */
export function changedConfigs(image: MetadataImage, { resource, current, wanted }: ConfigChange): MetadataRecord[] {
  const names = new Set([...current.keys(), ...wanted.keys()])
  const records = [...names].flatMap((name): MetadataRecord[] => {
    const value = wanted.get(name) ?? null
    if (value === (current.get(name) ?? null)) return []
    return [{ type: 'config', resourceType: resource.type, resourceName: resource.name, name, value }]
  })
  if (current.get(MIN_ISR) === wanted.get(MIN_ISR)) return records
  return [...records, ...clearedElrs(image, resource, wanted)]
}

function* clearedElrs(
  image: MetadataImage,
  resource: ConfigChange['resource'],
  wanted: Overrides,
): Generator<MetadataRecord> {
  const after: MetadataImage = {
    ...image,
    configs: new Map(image.configs).set(configResource(resource.type, resource.name), wanted),
  }
  for (const topic of affected(image, resource)) {
    const minIsr = topicConfigNumber(MIN_ISR, topicConfigLayers(after, topic.name))
    for (const { partition, replicas, isr, elr } of topic.partitions) {
      if (elr.length === 0 || isr.length < Math.min(minIsr, replicas.length)) continue
      yield partitionChange(topic.id, partition, { elr: [], lastKnownElr: [] })
    }
  }
}

/** A topic with a value of its own does not see the cluster's. */
function affected(image: MetadataImage, { type, name }: ConfigChange['resource']): readonly TopicImage[] {
  if (type === 'topic') return [image.topics.get(name)].filter((topic) => topic !== undefined)
  const overrides = (topic: string) => image.configs.get(configResource('topic', topic))?.has(MIN_ISR) === true
  return [...image.topics.values()].filter((topic) => !overrides(topic.name))
}
