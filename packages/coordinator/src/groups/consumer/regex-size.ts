/**
 * How large the program of a regular expression becomes, from its text alone: the engine compiles in time proportional to that, and repetitions such as
 * `(...){1000}` make a few characters into a million instructions, half a second on the event loop. An estimate: what the engine refuses, it refuses later.
 */

/** A class of characters by property stands for a table of hundreds of ranges. */
const PROPERTY_SIZE = 20

const REPETITION = /^\{(\d+)(,(\d*))?\}/

export function estimatedSize(expression: string): number {
  /** Sizes of the groups around, without what is open in them. */
  const around: number[] = []
  let size = 0
  /** Of what a repetition that follows repeats. */
  let last = 0
  for (let at = 0; at < expression.length; ) {
    const character = expression[at]!
    const repetition = character === '{' ? REPETITION.exec(expression.slice(at, at + 20)) : null
    if (repetition !== null) {
      const times = Math.max(Number(repetition[1]), Number(repetition[3] || 0))
      size += last * Math.max(0, times - 1)
      last *= Math.max(1, times)
      at += repetition[0].length
    } else if (character === '(') {
      around.push(size)
      size = 0
      last = 0
      at++
    } else if (character === ')') {
      last = size
      size += around.pop() ?? 0
      at++
    } else {
      const end = atomEnd(expression, at)
      last = /\\[pP]/.test(expression.slice(at, end)) ? PROPERTY_SIZE : 1
      size += last
      at = end
    }
  }
  return around.reduce((sum, each) => sum + each, size)
}

/** Of a character, an escape or a class in brackets. */
function atomEnd(expression: string, at: number): number {
  if (expression[at] === '\\') return escapeEnd(expression, at)
  if (expression[at] !== '[') return at + 1
  let end = expression[at + 1] === '^' ? at + 2 : at + 1
  // A bracket that stands first is a character of the class.
  if (expression[end] === ']') end++
  while (end < expression.length && expression[end] !== ']') {
    end = expression[end] === '\\' ? escapeEnd(expression, end) : end + 1
  }
  return end + 1
}

function escapeEnd(expression: string, at: number): number {
  const braces = /^\\[pPx]\{[^}]{0,40}\}/.exec(expression.slice(at, at + 50))
  return at + (braces?.[0].length ?? 2)
}
