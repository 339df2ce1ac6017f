import type { Admin, GroupListing } from '@ottla/client'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson, tableText } from '../tool/output.ts'
import { type GroupsOptions, listFilter } from './options.ts'
import { padded, widthOf } from './padded.ts'

/** Groups of consumers, and groups that only have offsets; not those of Kafka Connect and others. */
const PROTOCOL_TYPES = ['', 'consumer']
const GROUP_MIN = 15
const GROUP_GAP = 10
const COLUMN = 20

/** The consumer groups of the cluster that match, by group id. */
export function consumerGroups(admin: Admin, options: GroupsOptions): Promise<GroupListing[]> {
  const { timeout: timeoutMs } = options
  const filter = options.list ? listFilter(options) : {}
  return admin.listGroups({ ...filter, protocolTypes: PROTOCOL_TYPES, timeoutMs })
}

export async function listGroups(admin: Admin, options: GroupsOptions, io: Io): Promise<void> {
  const groups = await consumerGroups(admin, options)
  const format = outputFormat(options, io)
  if (format === 'json') return printJson(io, groups.map(listedJson))
  if (format === 'table') return io.out.line(await listTable(groups))
  for (const line of listLines(groups, options)) {
    io.out.line(line)
    if (io.out.full) await io.out.drained()
  }
}

/** Ids alone, or with `--state` and `--type` columns under headings. */
export function listLines(groups: readonly GroupListing[], { state, type }: GroupsOptions): string[] {
  if (state === undefined && type === undefined) return groups.map(({ groupId }) => groupId)
  const width = widthOf(
    groups.map(({ groupId }) => groupId),
    GROUP_MIN,
  )
  const row = (group: string, typeText: string, stateText: string) =>
    [
      padded(group, width + GROUP_GAP),
      ...(type === undefined ? [] : [padded(typeText, COLUMN)]),
      ...(state === undefined ? [] : [padded(stateText, COLUMN)]),
    ].join(' ')
  return [row('GROUP', 'TYPE', 'STATE'), ...groups.map((group) => row(group.groupId, typeOf(group), stateOf(group)))]
}

function typeOf({ type }: GroupListing): string {
  return type ?? 'Unknown'
}

function stateOf({ state }: GroupListing): string {
  return state ?? 'Unknown'
}

function listedJson(group: GroupListing) {
  const { groupId, protocolType } = group
  return { groupId, type: typeOf(group), state: stateOf(group), protocolType }
}

function listTable(groups: readonly GroupListing[]): Promise<string> {
  return tableText(
    ['Group', 'Type', 'State'],
    groups.map((group) => [group.groupId, typeOf(group), stateOf(group)]),
  )
}
