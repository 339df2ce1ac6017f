import { colours } from '../tool/colours.ts'
import { tableText } from '../tool/output.ts'
import { type Answer, type ApiRow, apiRows, rangeText } from './lines.ts'

const HEADINGS = ['Key', 'API', 'Served', 'Usable']

/** What a person at a terminal sees: a table per broker; what this program could not use stands out. */
export async function versionsTable(answers: readonly Answer[]): Promise<string> {
  const blocks: string[] = []
  for (const answer of answers) blocks.push(await brokerBlock(answer))
  return blocks.join('\n\n')
}

async function brokerBlock(answer: Answer): Promise<string> {
  const { id, host, port } = answer.broker
  const head = colours.bold(`broker ${id}  ${host}:${port}`)
  if (!('description' in answer)) return `${head}\n${colours.red(answer.error.message)}`
  return `${head}\n${await tableText(HEADINGS, apiRows(answer.description).map(apiRow))}`
}

function apiRow({ key, name, served, usable }: ApiRow): string[] {
  return [
    String(key),
    name ?? colours.dim('unknown'),
    served === undefined ? colours.dim('no') : rangeText(served),
    served === undefined ? '' : typeof usable === 'number' ? String(usable) : colours.yellow(usable),
  ]
}
