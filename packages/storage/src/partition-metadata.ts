import type { Disk } from '@ottla/runtime'

const NAME = 'partition.metadata'
const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** The topic id in a partition directory's `partition.metadata`; undefined when there is none that can be used. */
export function readTopicId(disk: Disk, directory: string): string | undefined {
  const path = disk.join(directory, NAME)
  if (!disk.exists(path)) return undefined
  const text = new TextDecoder().decode(disk.readFile(path))
  const topicId = /^topic_id: *([A-Za-z0-9_-]{22})\s*$/m.exec(text)?.[1]
  if (!/^version: *\d+\s*$/m.test(text) || topicId === ZERO_UUID) return undefined
  return topicId
}

/** The content is durable when the promise resolves, the name with the next sync of the directory. Apache Kafka writes no newline at the end. */
export function writeTopicId(disk: Disk, directory: string, topicId: string): Promise<void> {
  const content = new TextEncoder().encode(`version: 0\ntopic_id: ${topicId}`)
  return disk.replaceFile(disk.join(directory, NAME), content, { content: 'durable' })
}
