/** Which group the console consumer reads in. */
import type { ConsumerOptions } from '@ottla/client'
import type { Random } from '@ottla/runtime'
import { UsageError } from '../tool/usage.ts'
import type { ConsoleOptions } from './options.ts'

type GroupOptions = Pick<ConsumerOptions, 'groupId' | 'enableAutoCommit'>

/** Groups of consumers that did not ask for one are told apart by a number below it. */
const OWN_GROUPS = 100_000

/** Where a group may be named: the option, properties on the command line, the properties of a file. */
export interface GroupNames {
  readonly option: string | undefined
  readonly given: string | undefined
  readonly inFile: string | undefined
}

/**
 * A group by one name, wherever it stands; none for a single partition, which is not shared. Without a name it is one of its own, which
 * can be seen as long as it reads, and commits nothing unless asked to. Throws a `UsageError`.
 */
export function groupOptions(
  { option, given, inFile }: GroupNames,
  { partition }: Pick<ConsoleOptions, 'partition'>,
  random: Random,
): GroupOptions {
  const names = [...new Set([option, given, inFile].filter((name) => name !== undefined))]
  if (names.length > 1) {
    throw new UsageError(
      `The group ids of --group, of properties and of the properties file do not match: ${names.map((name) => `'${name}'`).join(', ')}`,
    )
  }
  const [groupId] = names
  if (partition !== undefined) {
    if (groupId !== undefined) throw new UsageError('Options group and partition cannot be specified together.')
    return {}
  }
  if (groupId !== undefined) return { groupId }
  return { groupId: `console-consumer-${random.integer(OWN_GROUPS)}`, enableAutoCommit: false }
}
