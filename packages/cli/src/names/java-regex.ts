/** What must keep its backslash to be meant as a character. */
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/

/**
 * A regular expression as Java writes it, matching whole texts. Understood besides what both languages share: `\Q…\E` for text
 * without special characters, a backslash before any character that is neither letter nor digit, and `(?i)` in front.
 * Throws a SyntaxError.
 */
export function javaRegex(source: string): RegExp {
  const ignoresCase = source.startsWith('(?i)')
  const rest = unquoted(ignoresCase ? source.slice('(?i)'.length) : source)
  const translated = rest.replace(/\\([^A-Za-z0-9])/g, (escaped, character: string) =>
    SYNTAX.test(character) ? escaped : codeOf(character),
  )
  return new RegExp(`^(?:${translated})$`, ignoresCase ? 'iu' : 'u')
}

function unquoted(source: string): string {
  return source.replace(/\\Q(.*?)(?:\\E|$)/gs, (_, text: string) => text.replace(/[^A-Za-z0-9]/gu, codeOf))
}

function codeOf(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`
}
