import type { ConsumerGroupDescription } from '@ottla/client'
import { colours } from '../tool/colours.ts'
import { tableText } from '../tool/output.ts'
import { assignmentText, coordinatorText } from './lines.ts'
import { type GroupOffsets, lagOf, type OffsetRow, totalLag } from './offset-rows.ts'
import type { GroupsOptions } from './options.ts'
import { orMissing } from './padded.ts'

/** What `--describe` shows a person at a terminal: the same facts as the lines for a pipe, with the lag of each group. */
export async function describeTable(
  groups: readonly GroupOffsets[],
  options: GroupsOptions,
  /** Of the terminal. */
  columns: number | undefined,
): Promise<string> {
  const blocks: string[] = []
  for (const one of groups) blocks.push(await groupBlock(one, options, columns))
  return blocks.join('\n\n')
}

async function groupBlock(one: GroupOffsets, options: GroupsOptions, columns: number | undefined): Promise<string> {
  const { group } = one
  if (options.members) return [headOf(group), await memberTable(group, options, columns)].join('\n')
  if (options.state) return [headOf(group), await stateTable(group, columns)].join('\n')
  const lag = `Total lag: ${colours.bold(String(totalLag(one.rows)))}`
  if (one.rows.length === 0) return [headOf(group), 'No offsets.'].join('\n')
  return [headOf(group), await offsetTable(one.rows, options, columns), lag].join('\n')
}

function headOf({ groupId, type, state, members }: ConsumerGroupDescription): string {
  const shown = state === 'Stable' ? colours.green(state) : colours.yellow(state)
  return `${colours.bold(groupId)}  ${type.toLowerCase()}, ${shown}, ${members.length} ${members.length === 1 ? 'member' : 'members'}`
}

function offsetTable(
  rows: readonly OffsetRow[],
  { verbose }: GroupsOptions,
  columns: number | undefined,
): Promise<string> {
  const headings = [
    'Topic',
    'Partition',
    ...(verbose ? ['Leader epoch'] : []),
    'Offset',
    'Log start',
    'Log end',
    'Lag',
    'Consumer',
    'Host',
    'Client',
  ]
  const cells = rows.map((row) => {
    const { topic, partition, leaderEpoch, offset, logStart, logEnd, member } = row
    const lag = lagOf(row)
    return [
      topic,
      String(partition),
      ...(verbose ? [orMissing(leaderEpoch)] : []),
      orMissing(offset),
      orMissing(logStart),
      orMissing(logEnd),
      lag === undefined || lag === 0 ? orMissing(lag) : colours.yellow(String(lag)),
      orMissing(member?.memberId),
      orMissing(member?.host),
      orMissing(member?.clientId),
    ]
  })
  return tableText(headings, cells, columns)
}

function memberTable(
  { members }: ConsumerGroupDescription,
  { verbose }: GroupsOptions,
  columns: number | undefined,
): Promise<string> {
  const epochs = verbose ? ['Epoch', 'Assignment', 'Target'] : []
  const cells = members.map((member) => [
    member.memberId,
    orMissing(member.instanceId ?? undefined),
    member.host,
    member.clientId,
    String(member.assignment.length),
    ...(verbose
      ? [
          orMissing(member.memberEpoch),
          assignmentText(member.assignment),
          assignmentText(member.targetAssignment ?? []),
        ]
      : []),
  ])
  return tableText(['Consumer', 'Instance', 'Host', 'Client', 'Partitions', ...epochs], cells, columns)
}

function stateTable(group: ConsumerGroupDescription, columns: number | undefined): Promise<string> {
  return tableText(
    ['Coordinator', 'Assignor', 'State', 'Group epoch', 'Target epoch', 'Members'],
    [
      [
        coordinatorText(group),
        orMissing(group.assignor || undefined),
        group.state,
        orMissing(group.groupEpoch),
        orMissing(group.targetAssignmentEpoch),
        String(group.members.length),
      ],
    ],
    columns,
  )
}
