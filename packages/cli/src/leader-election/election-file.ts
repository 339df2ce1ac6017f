import type { TopicPartition } from '@ottla/client'
import { field, parseJson, repeatedPartitions } from '../names/partition-json.ts'
import { ToolError } from '../tool/failure.ts'

/** Reads `--path-to-json-file`. Throws a `ToolError` in the words of Apache's tool. */
export function parseElectionFile(text: string): TopicPartition[] {
  const json = parseJson(text)
  if ('problem' in json) throw new ToolError(`Replica election data is empty: ${json.problem}`)
  if (typeof json.value !== 'object' || json.value === null) throw new ToolError('Replica election data is empty')
  const { partitions: elements } = json.value as { readonly partitions?: unknown }
  if (!Array.isArray(elements)) throw new ToolError('Replica election data is missing "partitions" field')
  const partitions = elements.map((element) => ({
    topic: field(element, 'topic', 'string'),
    partition: field(element, 'partition', 'int32'),
  }))
  const repeated = repeatedPartitions(partitions)
  if (repeated.length > 0)
    throw new ToolError(`Replica election data contains duplicate partitions: [${repeated.join(', ')}]`)
  return partitions
}
