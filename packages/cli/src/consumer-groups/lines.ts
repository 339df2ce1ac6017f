/** The lines of Apache Kafka's kafka-consumer-groups --describe, blanks included: scripts parse them. */
import type { ConsumerGroupDescription, ConsumerMemberDescription, TopicPartition } from '@ottla/client'
import { byName } from '../names/topic-filter.ts'
import { apacheLag, type GroupOffsets, type OffsetRow } from './offset-rows.ts'
import { MISSING, orMissing, padded, widthOf } from './padded.ts'

const NAME_MIN = 15
const INSTANCE_ID_MIN = 17
const ASSIGNMENT_MIN = 20
const COORDINATOR_MIN = 25

const OFFSET_HEADINGS = [
  'GROUP',
  'TOPIC',
  'PARTITION',
  'CURRENT-OFFSET',
  'LOG-END-OFFSET',
  'LAG',
  'CONSUMER-ID',
  'HOST',
  'CLIENT-ID',
]
const LEADER_EPOCH_AT = 3

/** An empty line, then headings and rows, the last column without padding. */
export function offsetLines({ group: { groupId }, rows }: GroupOffsets, verbose: boolean): string[] {
  const headings = verbose ? OFFSET_HEADINGS.toSpliced(LEADER_EPOCH_AT, 0, 'LEADER-EPOCH') : OFFSET_HEADINGS
  const cells = rows.map((row) => offsetCells(groupId, row, verbose))
  const wide = (column: number, min: number) =>
    widthOf(
      cells.map((row) => row[column]!),
      min,
    )
  const consumerAt = headings.indexOf('CONSUMER-ID')
  const numbers = Array.from({ length: consumerAt - LEADER_EPOCH_AT }, () => 15)
  const widths = [
    wide(0, NAME_MIN),
    wide(1, NAME_MIN),
    10,
    ...numbers,
    wide(consumerAt, NAME_MIN),
    wide(consumerAt + 1, NAME_MIN),
    0,
  ]
  return ['', ...[headings, ...cells].map((row) => joined(row, widths))]
}

function offsetCells(groupId: string, row: OffsetRow, verbose: boolean): string[] {
  const { topic, partition, leaderEpoch, offset, logEnd, member } = row
  return [
    groupId,
    topic,
    String(partition),
    ...(verbose ? [orMissing(leaderEpoch)] : []),
    orMissing(offset),
    orMissing(logEnd),
    orMissing(apacheLag(row)),
    member?.memberId ?? MISSING,
    member?.host ?? MISSING,
    member?.clientId ?? MISSING,
  ]
}

function joined(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, index) => padded(cell, widths[index]!)).join(' ')
}

/** An empty line, then headings and rows that end in a blank; the headings are there for an empty group, too. */
export function memberLines(
  { groupId, members, targetAssignmentEpoch }: ConsumerGroupDescription,
  verbose: boolean,
): string[] {
  const instances = members.some(({ instanceId }) => instanceId !== null && instanceId !== '')
  const upgrading =
    members.some(({ upgraded }) => upgraded === true) && members.some(({ upgraded }) => upgraded === false)
  const column = (min: number, textOf: (member: ConsumerMemberDescription) => string) => ({
    textOf,
    width: widthOf(members.map(textOf), min),
  })
  const columns: Record<string, { width: number; textOf(member: ConsumerMemberDescription): string }> = {
    GROUP: { width: Math.max(NAME_MIN, members.length === 0 ? 0 : groupId.length), textOf: () => groupId },
    'CONSUMER-ID': column(NAME_MIN, ({ memberId }) => memberId),
    ...(instances && { 'GROUP-INSTANCE-ID': column(INSTANCE_ID_MIN, ({ instanceId }) => instanceId ?? '') }),
    HOST: column(NAME_MIN, ({ host }) => host),
    'CLIENT-ID': column(NAME_MIN, ({ clientId }) => clientId),
    '#PARTITIONS': { width: 15, textOf: ({ assignment }) => String(assignment.length) },
    ...(verbose && {
      'CURRENT-EPOCH': { width: 15, textOf: ({ memberEpoch }) => orMissing(memberEpoch) },
      'CURRENT-ASSIGNMENT': column(ASSIGNMENT_MIN, ({ assignment }) => assignmentText(assignment)),
      'TARGET-EPOCH': { width: 15, textOf: () => orMissing(targetAssignmentEpoch) },
      'TARGET-ASSIGNMENT': column(ASSIGNMENT_MIN, ({ targetAssignment }) => assignmentText(targetAssignment ?? [])),
      ...(upgrading && {
        UPGRADED: {
          width: 0,
          textOf: ({ upgraded }) => orMissing(upgraded === undefined ? undefined : String(upgraded)),
        },
      }),
    }),
  }
  const widths = Object.values(columns).map(({ width }) => width)
  const end = verbose ? '' : ' '
  const rows = members.map((member) => Object.values(columns).map(({ textOf }) => textOf(member)))
  return ['', ...[Object.keys(columns), ...rows].map((row) => joined(row, widths) + end)]
}

/** `a:0,1;b:2`, by topic and partition; a hyphen for none. */
export function assignmentText(assignment: readonly TopicPartition[]): string {
  if (assignment.length === 0) return MISSING
  const byTopic = new Map<string, number[]>()
  for (const { topic, partition } of assignment) byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition])
  return [...byTopic]
    .map(([topic, partitions]) => `${topic}:${partitions.sort((a, b) => a - b).join(',')}`)
    .sort(byName)
    .join(';')
}

/** An empty line, headings and one row. */
export function stateLines(group: ConsumerGroupDescription, verbose: boolean): string[] {
  const coordinator = coordinatorText(group)
  const epochs = verbose ? ['GROUP-EPOCH', 'TARGET-ASSIGNMENT-EPOCH'] : []
  const headings = ['GROUP', 'COORDINATOR (ID)', 'ASSIGNMENT-STRATEGY', 'STATE', ...epochs, '#MEMBERS']
  const cells = [
    group.groupId,
    coordinator,
    group.assignor === '' ? MISSING : group.assignor,
    group.state,
    ...(verbose ? [orMissing(group.groupEpoch), orMissing(group.targetAssignmentEpoch)] : []),
    String(group.members.length),
  ]
  const groupWidth = Math.max(NAME_MIN, group.groupId.length)
  const widths = [groupWidth, Math.max(COORDINATOR_MIN, coordinator.length), 20, 20, ...(verbose ? [15, 25] : []), 0]
  return ['', joined(headings, widths), joined(cells, widths)]
}

export function coordinatorText({ coordinator: { id, host, port } }: ConsumerGroupDescription): string {
  return `${host}:${port}  (${id})`
}
