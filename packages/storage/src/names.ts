/** Names of files and directories in a log directory, as Apache Kafka gives them. */

export type SegmentSuffix = '.log' | '.index' | '.timeindex' | '.txnindex' | '.snapshot'

/** Behind a segment file's name: it is of no use any more and removed at the next start at the latest. */
export const DELETED_SUFFIX = '.deleted'

const NAME_CHARACTERS_MAX = 255

/** `00000000000000000042.log` */
export function offsetFileName(offset: number, suffix: SegmentSuffix): string {
  return `${String(offset).padStart(20, '0')}${suffix}`
}

/** The offset in the name of a segment file with this suffix, or undefined for any other name. */
export function offsetOfFileName(name: string, suffix: SegmentSuffix): number | undefined {
  if (!name.endsWith(suffix)) return undefined
  const digits = name.slice(0, -suffix.length)
  if (!/^\d{20}$/.test(digits)) return undefined
  const offset = Number(digits)
  return Number.isSafeInteger(offset) ? offset : undefined
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export function partitionDirectoryName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** Splits `<topic>-<partition>`; undefined for names that are no partition's. */
export function parsePartitionDirectoryName(name: string): TopicPartition | undefined {
  const match = /^([a-zA-Z0-9._-]{1,249})-(\d{1,10})$/.exec(name)
  if (match === null || match[1] === '.' || match[1] === '..') return undefined
  const partition = Number(match[2])
  // `t-007` would be written back as another name.
  if (String(partition) !== match[2] || partition > 0x7fffffff) return undefined
  return { topic: match[1]!, partition }
}

export type DoomedKind = 'delete' | 'stray'

/** `<topic>-<partition>.<32 hex digits>-delete`; the topic is cut so that the name stays within 255 characters. */
export function doomedDirectoryName({ topic, partition }: TopicPartition, hex: string, kind: DoomedKind): string {
  const suffix = `-${partition}.${hex}-${kind}`
  return `${topic.slice(0, NAME_CHARACTERS_MAX - suffix.length)}${suffix}`
}

export function doomedKindOfName(name: string): DoomedKind | undefined {
  return /\.[0-9a-f]{32}-(delete|stray)$/.exec(name)?.[1] as DoomedKind | undefined
}
