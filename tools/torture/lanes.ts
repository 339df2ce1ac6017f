/**
 * How a numbered record of a writer looks, and where it goes. A lane is a partition of one of the load's topics; a writer sends its
 * records 0, 1, 2, … to the lanes in turn, so within a partition its numbers ascend. `writers/librdkafka-writer.cjs` says the same.
 */
export interface Lane {
  readonly topic: string
  readonly partition: number
}

/** Neighbouring lanes belong to different topics. */
export function lanesOf(topics: readonly string[], partitions: number): Lane[] {
  return Array.from({ length: partitions }, (_, partition) => topics.map((topic) => ({ topic, partition }))).flat()
}

/** Values of many lengths, each of which can be told from its number. */
export function textOf(writer: string, number: number): string {
  return `${writer}:${number}:${'.'.repeat(number % 150)}`
}

/** Undefined for anything that `textOf` does not make. */
export function parseText(value: string): { writer: string; number: number } | undefined {
  const [, writer, digits] = /^([a-z]+):(\d+):/.exec(value) ?? []
  if (writer === undefined) return undefined
  const number = Number(digits)
  return value === textOf(writer, number) ? { writer, number } : undefined
}
