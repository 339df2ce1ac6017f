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

/** Columns under headings. The libraries are loaded with the first table: a pipe never pays for them. */
export async function tableText(headings: readonly string[], rows: readonly (readonly string[])[]): Promise<string> {
  const [{ default: Table }, { colours }] = await Promise.all([import('cli-table3'), import('./colours.ts')])
  // The library colours in pipes, too.
  const style = colours.level > 0 ? { head: ['bold'], border: ['dim'] } : { head: [], border: [] }
  const table = new Table({ head: [...headings], style })
  for (const row of rows) table.push([...row])
  return table.toString()
}
