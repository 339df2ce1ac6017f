/**
 * Kafka's checkpoint files: a version, the number of entries, an entry per line, blanks between the fields. Every line
 * ends with a newline, the last one too: that tells a whole file from a torn one.
 */

const VERSION = '0'

export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
}

export function formatCheckpoint(entries: readonly string[]): Uint8Array {
  const lines = [VERSION, String(entries.length), ...entries]
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}

/** The fields of every entry. An empty file has none. Throws a `CheckpointError` for anything that is not whole. */
export function parseCheckpoint(bytes: Uint8Array): string[][] {
  if (bytes.length === 0) return []
  const text = new TextDecoder().decode(bytes)
  if (!text.endsWith('\n')) throw new CheckpointError('the last line is cut off')
  const lines = text.slice(0, -1).split('\n')
  if (lines[0]?.trim() !== VERSION) throw new CheckpointError(`version ${JSON.stringify(lines[0])} is not ${VERSION}`)
  const entries = lines.slice(2).filter((line) => line.trim() !== '')
  if (!/^\d+$/.test(lines[1]?.trim() ?? '') || Number(lines[1]) !== entries.length) {
    throw new CheckpointError(`${entries.length} entries where the file announces ${lines[1] ?? 'nothing'}`)
  }
  return entries.map((line) => line.trim().split(/\s+/))
}

/** A non-negative integer field (or -1, as epochs may be). Throws a `CheckpointError` for anything else. */
export function integerField(field: string | undefined): number {
  const value = Number(field)
  if (field === undefined || !/^-?\d+$/.test(field) || !Number.isSafeInteger(value) || value < -1) {
    throw new CheckpointError(`${JSON.stringify(field)} is no offset or number`)
  }
  return value
}
