/** A large real text file: the sources under node_modules, line by line. */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { root, shell } from './process.ts'

const TEXT = /\.(js|mjs|cjs|ts|md|json|txt)$/
/** Under the default limit of one record, with room for what a client adds. */
const LINE_BYTES_MAX = 100_000

/**
 * Writes at least `bytesMin` bytes of lines to `file` and returns the number of lines. Empty lines are left out: tools skip them;
 * so are those shorter than `lineBytesMin`.
 */
export function writeTextFile(file: string, bytesMin: number, lineBytesMin = 1): number {
  const output = openSync(file, 'w')
  let bytes = 0
  let lines = 0
  try {
    while (bytes < bytesMin) {
      const before = bytes
      for (const source of sourceFiles()) {
        const kept = readFileSync(source, 'utf8')
          .split('\n')
          .filter(
            (line) =>
              line.length >= lineBytesMin && line.length < LINE_BYTES_MAX / 4 && !/[\r\0\u2028\u2029]/.test(line),
          )
        if (kept.length === 0) continue
        bytes += writeSync(output, `${kept.join('\n')}\n`)
        lines += kept.length
        if (bytes >= bytesMin) break
      }
      if (bytes === before) throw new Error('no text files found under node_modules')
    }
  } finally {
    closeSync(output)
  }
  return lines
}

function* sourceFiles(directory = join(root, 'node_modules/.pnpm')): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* sourceFiles(path)
    else if (entry.isFile() && TEXT.test(entry.name)) yield path
  }
}

/** Fails unless the files hold the same lines, in any order. */
export async function expectSameLines(expected: string, actual: string): Promise<void> {
  const result = await shell(`export LC_ALL=C; cmp <(sort -S 256M '${expected}') <(sort -S 256M '${actual}')`)
  if (result.code !== 0)
    throw new Error(`${actual} does not hold the lines of ${expected}: ${result.stdout}${result.stderr}`)
}
