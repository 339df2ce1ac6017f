import type { LogDirectory } from '@ottla/client'
import { partitionName } from '../names/partition-json.ts'
import { colours } from '../tool/colours.ts'
import { tableText } from '../tool/output.ts'
import { type BrokerDirectories, inOrder } from './json.ts'

const HEADINGS = ['Partition', 'Size', 'Behind', 'State']

/** What a person at a terminal sees: a table per directory, with its room and what is wrong with it. */
export async function directoriesTable(brokers: readonly BrokerDirectories[]): Promise<string> {
  const blocks: string[] = []
  for (const { broker, directories } of brokers)
    for (const directory of directories) blocks.push(await directoryBlock(broker, directory))
  return blocks.join('\n\n')
}

async function directoryBlock(broker: number, directory: LogDirectory): Promise<string> {
  const head = `${colours.bold(`broker ${broker}  ${directory.path}`)}  ${colours.dim(roomText(directory))}`
  if (directory.error !== undefined) return `${head}\n${colours.red(directory.error.message)}`
  const rows = inOrder(directory.replicas).map(({ topic, partition, sizeBytes, offsetLag, isFuture }) => [
    partitionName({ topic, partition }),
    sizeText(sizeBytes),
    String(offsetLag),
    isFuture ? 'moving here' : 'in use',
  ])
  return rows.length === 0 ? `${head}\n${colours.dim('no partitions')}` : `${head}\n${await tableText(HEADINGS, rows)}`
}

function roomText({ totalBytes, usableBytes, isCordoned }: LogDirectory): string {
  const room =
    totalBytes === undefined || usableBytes === undefined
      ? ''
      : `${sizeText(usableBytes)} of ${sizeText(totalBytes)} free`
  return isCordoned ? `${room} cordoned` : room
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `1.5 MiB`: three digits are enough for a look. */
export function sizeText(bytes: number): string {
  let unit = 0
  let value = bytes
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}
