import type { Checker } from './checker.ts'

/** No broken invariant of the product's own is reported, and no process ends by itself unless a sync of its disk has failed. */
export function nothingBreaks(): Checker {
  const failing = new Set<string>()
  return {
    name: 'nothing breaks',
    see(event) {
      if (event.kind === 'syncs fail') failing.add(event.node)
      // Failures that are still to come end with the process.
      if (event.kind === 'down' && failing.delete(event.node)) return undefined
      if (event.kind === 'down' && event.why === 'failure')
        return [`${event.node} has ended by itself: ${event.message}`]
      if (event.kind !== 'log') return undefined
      const error = brokenInvariant(event.fields)
      return error === undefined ? undefined : [`${event.node}: ${event.message}: ${error}`]
    },
  }
}

function brokenInvariant({ error }: Readonly<Record<string, unknown>>): string | undefined {
  if (!(error instanceof Error)) return undefined
  return /Assertion|TypeError|RangeError|ReferenceError/.test(error.name)
    ? `${error.name}: ${error.message}`
    : undefined
}
