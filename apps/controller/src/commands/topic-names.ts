/** Which names a topic may have, as Kafka decides it. */

const NAME_LENGTH_MAX = 249
const LEGAL = /^[a-zA-Z0-9._-]+$/

/** Why this cannot be a topic's name; undefined when it can. */
export function topicNameProblem(name: string): string | undefined {
  if (name === '') return 'Topic name is invalid: the empty string is not allowed'
  if (name === '.' || name === '..') return `Topic name is invalid: '${name}' is not allowed`
  if (name.length > NAME_LENGTH_MAX) {
    return `Topic name is invalid: it has ${name.length} characters, at most ${NAME_LENGTH_MAX} are allowed`
  }
  if (LEGAL.test(name)) return undefined
  return `Topic name is invalid: '${printable(name)}' contains characters other than ASCII letters and digits, '.', '_' and '-'`
}

function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?')
}

/** `.` and `_` become the same character in metric names, so two topics may not differ in them alone. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}

export function hasCollisionChars(name: string): boolean {
  return name.includes('.') || name.includes('_')
}
