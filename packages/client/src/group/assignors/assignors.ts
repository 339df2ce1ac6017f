import { ClientConfigError } from '../../option-table.ts'
import type { PartitionAssignor } from './assignor.ts'
import { rangeAssignor } from './range.ts'
import { roundRobinAssignor } from './round-robin.ts'
import { cooperativeStickyAssignor, stickyAssignor } from './sticky.ts'

/** Those that Kafka's consumers bring along, by the names that members tell each other. */
export const ASSIGNORS = {
  range: rangeAssignor,
  roundrobin: roundRobinAssignor,
  sticky: stickyAssignor,
  'cooperative-sticky': cooperativeStickyAssignor,
} as const satisfies Record<string, PartitionAssignor>

const JAVA_PACKAGE = 'org.apache.kafka.clients.consumer.'
const BY_NAME: ReadonlyMap<string, PartitionAssignor> = new Map<string, PartitionAssignor>([
  ...Object.entries(ASSIGNORS),
  ['RangeAssignor', rangeAssignor],
  ['RoundRobinAssignor', roundRobinAssignor],
  ['StickyAssignor', stickyAssignor],
  ['CooperativeStickyAssignor', cooperativeStickyAssignor],
])

/**
 * partition.assignment.strategy: names as members tell each other (`range`, `cooperative-sticky`), Java's class names, or assignors of
 * one's own. Throws a `ClientConfigError`.
 */
export function assignorsOf(strategy: string | readonly (string | PartitionAssignor)[]): readonly PartitionAssignor[] {
  const entries = typeof strategy === 'string' ? strategy.split(',') : strategy
  const assignors = entries.map((entry) => (typeof entry === 'string' ? assignorNamed(entry.trim()) : entry))
  const names = new Set(assignors.map(({ name }) => name))
  if (assignors.length === 0) throw new ClientConfigError('partitionAssignmentStrategy is empty: name an assignor')
  if (names.size < assignors.length) {
    throw new ClientConfigError(`partitionAssignmentStrategy=${[...names].join(',')}: an assignor appears twice`)
  }
  return assignors
}

function assignorNamed(text: string): PartitionAssignor {
  const name = text.replace(/^class /, '').replace(JAVA_PACKAGE, '')
  const found = BY_NAME.get(name)
  if (found !== undefined) return found
  const known = Object.keys(ASSIGNORS).join(', ')
  throw new ClientConfigError(`partitionAssignmentStrategy=${text}: expected ${known}, or an assignor of your own`)
}
