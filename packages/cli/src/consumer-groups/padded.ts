/** Rows of columns as Apache Kafka's tools print them: padded on the right, separated by one blank. */

/** A text of at least `width` characters. */
export function padded(text: string | number, width: number): string {
  return String(text).padEnd(width)
}

/** How wide a column is: `min`, or its longest text. */
export function widthOf(texts: readonly string[], min: number): number {
  return texts.reduce((width, text) => Math.max(width, text.length), min)
}

/** What stands for a value that is not there. */
export const MISSING = '-'

export function orMissing(value: string | number | undefined): string {
  return value === undefined ? MISSING : String(value)
}
