import type { Admin, GroupListing } from '@ottla/client'
import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { attemptOf, isExpected } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { addOutputOption, type OutputOptions, outputFormat, printJson, tableText } from '../tool/output.ts'
import { guarded, parseArguments, refuseTogether, toolCommand, UsageError } from '../tool/usage.ts'
import { groupFilter } from './filter.ts'
import { groupLines } from './lines.ts'

const NAME = 'kafka-groups'
const TIMEOUT_MS = 30_000

interface Options extends ConnectOptions, OutputOptions {
  readonly list?: true
  readonly groupType?: string
  readonly protocol?: string
  readonly consumer?: true
  readonly share?: true
  readonly streams?: true
}

function command(): Command {
  const tool = addServerOptions(
    toolCommand(NAME, 'Lists groups of all kinds.', '--bootstrap-server localhost:9092 --list --consumer'),
  )
    .option('--list', 'list the groups')
    .option('--group-type <type>', 'only groups of this type: classic, consumer, share or streams')
    .option('--protocol <protocol>', 'only groups of this protocol, such as consumer or connect')
    .option('--consumer', 'only groups of consumers, in either protocol, and groups that only have offsets')
    .option('--share', 'only share groups')
    .option('--streams', 'only streams groups')
  return addOutputOption(tool)
}

/** kafka-groups, GroupsCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<Options>(command(), args, io)
    if (!options.list) throw new UsageError('Command must include exactly one action: --list.')
    checkConnectOptions(options)
    refuseTogether(options, 'consumer', ['group-type', 'protocol', 'share', 'streams'])
    refuseTogether(options, 'share', ['consumer', 'group-type', 'protocol', 'streams'])
    refuseTogether(options, 'streams', ['consumer', 'group-type', 'protocol', 'share'])
    const matches = groupFilter(options)
    try {
      await withAdmin(options, io, (admin) => listGroups(admin, { matches, options }, io))
      return 0
    } catch (error) {
      if (!isExpected(error)) throw error
      io.out.line(`Error while executing groups command : ${error.message}`)
      const attempt = attemptOf(error)
      if (attempt !== undefined) io.err.line(attempt)
      return 1
    }
  })
}

interface Wish {
  matches(group: GroupListing): boolean
  readonly options: Options
}

async function listGroups(admin: Admin, { matches, options }: Wish, io: Io): Promise<void> {
  const groups = (await admin.listGroups({ timeoutMs: TIMEOUT_MS })).filter(matches)
  const format = outputFormat(options, io)
  if (format === 'json') return printJson(io, groups.map(groupJson))
  if (format === 'table') return io.out.line(await groupsTable(groups))
  for (const line of groupLines(groups)) {
    io.out.line(line)
    if (io.out.full) await io.out.drained()
  }
}

function groupJson({ groupId, type, protocolType: protocol, state }: GroupListing) {
  return { groupId, type: type ?? null, protocol, state: state ?? null }
}

function groupsTable(groups: readonly GroupListing[]): Promise<string> {
  return tableText(
    ['Group', 'Type', 'Protocol', 'State'],
    groups.map(({ groupId, type, protocolType, state }) => [groupId, type ?? '', protocolType, state ?? '']),
  )
}
