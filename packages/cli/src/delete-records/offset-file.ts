import type { RecordsToDelete } from '@ottla/client'
import { field, parseJson, repeatedPartitions } from '../names/partition-json.ts'
import { ToolError } from '../tool/failure.ts'

const VERSION = 1

/** Reads `--offset-json-file`. Throws a `ToolError` in the words of Apache's tool. */
export function parseOffsetFile(text: string): RecordsToDelete[] {
  const json = parseJson(text)
  if ('problem' in json) throw new ToolError(`The input string is not a valid JSON: ${json.problem}`)
  const document = (typeof json.value === 'object' ? json.value : null) as {
    readonly version?: unknown
    readonly partitions?: unknown
  } | null
  const version = document?.version ?? VERSION
  if (version !== VERSION) throw new ToolError(`Not supported version field value ${JSON.stringify(version)}`)
  const partitions = document?.partitions
  if (!Array.isArray(partitions)) throw new ToolError('Missing partitions field')
  const wishes = partitions.map(wishOf)
  const repeated = repeatedPartitions(wishes)
  if (repeated.length > 0)
    throw new ToolError(`Offset json file contains duplicate topic partitions: ${repeated.join(',')}`)
  return wishes
}

function wishOf(element: unknown): RecordsToDelete {
  return {
    topic: field(element, 'topic', 'string'),
    partition: field(element, 'partition', 'int32'),
    beforeOffset: field(element, 'offset', 'int64'),
  }
}
