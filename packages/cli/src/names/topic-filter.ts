import { UsageError } from '../tool/usage.ts'
import { javaRegex } from './java-regex.ts'

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
])

export function isInternalTopic(name: string): boolean {
  return INTERNAL_TOPICS.has(name)
}

/**
 * The topics that a tool's `--topic` means: a regular expression over the whole name, where a comma separates alternatives,
 * and blanks and enclosing quotes do not count (Kafka's IncludeList). Throws a `UsageError`.
 */
export function topicRegex(pattern: string): RegExp {
  const source = pattern
    .trim()
    .replaceAll(',', '|')
    .replaceAll(' ', '')
    .replace(/^["']+|["']+$/g, '')
  try {
    return javaRegex(source)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`${source} is an invalid regex: ${error.message.replace(/^.*: /s, '')}`)
  }
}

/** See `topicRegex`. */
export function topicFilter(pattern: string): (name: string) => boolean {
  const expression = topicRegex(pattern)
  return (name) => expression.test(name)
}

/** Java's order of strings: by UTF-16 code unit, which is also JavaScript's. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
