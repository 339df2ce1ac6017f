import type { GroupListing } from '@ottla/client'

const WIDTH_MIN = 20

/** The lines of Apache Kafka's tool: three columns, each as wide as the longest value of all, the rows with a blank at their end. */
export function groupLines(groups: readonly GroupListing[]): string[] {
  const rows = groups.map(({ groupId, type, protocolType }) => [groupId, type ?? '', protocolType])
  const width = rows.flat().reduce((widest, { length }) => Math.max(widest, length), WIDTH_MIN)
  const row = (cells: readonly string[]) => cells.map((cell) => cell.padEnd(width)).join(' ')
  return [row(['GROUP', 'TYPE', 'PROTOCOL']), ...rows.map((cells) => `${row(cells)} `)]
}
