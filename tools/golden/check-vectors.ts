import { type Vector, vectorDifferences } from '@ottla/protocol/testing'

export interface VectorReport {
  readonly passed: number
  readonly failed: number
  /** What differs, one line each, with the number of its line in the text. */
  readonly lines: readonly string[]
}

/** Checks a text of golden vectors, one JSON object a line. `records` stands for what the JSON does not show of `records` fields. */
export function checkVectors(text: string, records: Uint8Array): VectorReport {
  const lines: string[] = []
  let passed = 0
  let failed = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const differences = lineDifferences(line, records)
    if (differences.length === 0) passed++
    else failed++
    lines.push(...differences.map((difference) => `line ${index + 1}: ${difference}`))
  }
  return { passed, failed, lines }
}

function lineDifferences(line: string, records: Uint8Array): string[] {
  const vector = parseVector(line)
  if (typeof vector === 'string') return [vector]
  const name = [vector.name, 'version', vector.version, vector.kind ?? ''].join(' ').trimEnd()
  return vectorDifferences(vector, records).map((difference) => `${name}: ${difference}`)
}

/** The vector, or what is wrong with the line. */
function parseVector(line: string): Vector | string {
  let vector: Partial<Vector> | null
  try {
    vector = JSON.parse(line) as Partial<Vector> | null
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`
  }
  const { name, version, hex, json } = vector ?? {}
  if (typeof name !== 'string') return 'it has no name'
  if (!Number.isInteger(version)) return `${name}: it has no version`
  if (typeof hex !== 'string' || !/^([0-9a-f]{2})*$/.test(hex)) return `${name}: its hex is not lower-case hexadecimal`
  if (typeof json !== 'object' || json === null) return `${name}: its json is not an object`
  return vector as Vector
}
