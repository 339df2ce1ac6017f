/**
 * The values that decide what is committed and who may lead. They are read from the metadata alone, so that every broker and the
 * controller see the same; a broker's own file counts only as what the first registration made of it.
 */
import type { MetadataImage } from './image.ts'
import { topicConfigLayers, topicConfigNumber, topicConfigValue } from './topic-configs.ts'

/** min(min.insync.replicas, replicas): so many members an ISR needs for the high watermark to advance. */
export function effectiveMinIsr(image: MetadataImage, topic: string, replicas: number): number {
  return Math.min(topicConfigNumber('min.insync.replicas', topicConfigLayers(image, topic)), replicas)
}

/** Whether any live replica may lead when none that surely holds every committed record can. */
export function allowsUncleanElection(image: MetadataImage, topic: string): boolean {
  return topicConfigValue('unclean.leader.election.enable', topicConfigLayers(image, topic)) === 'true'
}
