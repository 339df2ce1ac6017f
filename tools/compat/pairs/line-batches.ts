import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const LINES_MAX = 10_000
/** These clients send what they are given as one batch per partition: it must stay below max.message.bytes. */
const CHARACTERS_MAX = 500_000

/** The lines of a file, in batches. */
export async function* lineBatches(file: string): AsyncGenerator<string[]> {
  let lines: string[] = []
  let characters = 0
  for await (const line of createInterface({ input: createReadStream(file) })) {
    lines.push(line)
    characters += line.length
    if (lines.length < LINES_MAX && characters < CHARACTERS_MAX) continue
    yield lines
    lines = []
    characters = 0
  }
  if (lines.length > 0) yield lines
}
