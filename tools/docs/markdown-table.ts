/** A Markdown table with padded columns, as the formatter wants it. */
export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = heading.map((_, column) => Math.max(3, ...lines.map((line) => line[column]!.length)))
  const format = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const rule = format(widths.map((width) => '-'.repeat(width)))
  const [first, ...rest] = lines.map(format)
  return [first, rule, ...rest].join('\n')
}
