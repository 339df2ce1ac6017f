import { stripVTControlCharacters } from 'node:util'
import { type Command, Option } from 'commander'
import type { Io } from './io.ts'

/** Lines as Apache's tool prints them, a table for people, or one JSON document. */
export type OutputFormat = 'text' | 'table' | 'json'

export interface OutputOptions {
  readonly output?: OutputFormat
}

const FORMATS: readonly OutputFormat[] = ['text', 'table', 'json']

export function addOutputOption(command: Command): Command {
  const text = 'how to print: lines (text), a table, or JSON; by default a table at a terminal, else lines'
  return command.addOption(new Option('--output <format>', text).choices(FORMATS))
}

/** What was asked for; without a wish a table for a person and lines for a program. */
export function outputFormat({ output }: OutputOptions, io: Io): OutputFormat {
  return output ?? (io.out.isTerminal ? 'table' : 'text')
}

/** One JSON document: on one line for programs, indented for people. */
export function printJson(io: Io, value: unknown): void {
  io.out.line(JSON.stringify(value, undefined, io.out.isTerminal ? 2 : undefined))
}

/** Where the line between headings and rows is. */
const HEADING_END = 2
/** Narrower than this no column is made, nor narrower than its heading. */
const WIDTH_MIN = 8
/** Of each column: two blanks and a line. */
const FRAME = 3

type Rows = readonly (readonly string[])[]

/**
 * Columns under headings. Where that is wider than the terminal, long cells go on in the next line, and lines part the rows. The
 * libraries are loaded with the first table: a pipe never pays for them.
 */
export async function tableText(headings: readonly string[], rows: Rows, columns?: number): Promise<string> {
  const [{ default: Table }, { colours }] = await Promise.all([import('cli-table3'), import('./colours.ts')])
  // The library colours in pipes, too.
  const style = colours.level > 0 ? { head: ['bold'], border: ['dim'] } : { head: [], border: [] }
  const widths = narrowed(headings, rows, columns)
  const layout = widths === undefined ? {} : { colWidths: widths, wordWrap: true, wrapOnWordBoundary: false }
  const table = new Table({ head: [...headings], style, ...layout })
  for (const row of rows) table.push([...row])
  const lines = table.toString().split('\n')
  return lines.filter((line, at) => widths !== undefined || at <= HEADING_END || !isRule(line)).join('\n')
}

function isRule(line: string): boolean {
  return stripVTControlCharacters(line).startsWith('├')
}

/** Widths with which a table fits the terminal, blanks included; undefined where it fits as it is, or cannot. */
function narrowed(headings: readonly string[], rows: Rows, columns = Number.POSITIVE_INFINITY): number[] | undefined {
  const widest = (at: number) => rows.reduce((width, row) => Math.max(width, widthOf(row[at]!)), headings[at]!.length)
  const wished = headings.map((_, at) => widest(at))
  const upTo = (limit: number) =>
    wished.map((width, at) => Math.min(width, Math.max(limit, WIDTH_MIN, headings[at]!.length)))
  const tableWidth = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width + FRAME, 1)
  let limit = Math.max(...wished)
  if (tableWidth(wished) <= columns || tableWidth(upTo(WIDTH_MIN)) > columns) return undefined
  while (tableWidth(upTo(limit)) > columns) limit--
  return upTo(limit).map((width) => width + FRAME - 1)
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
