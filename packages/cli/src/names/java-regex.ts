/** What must keep its backslash to be meant as a character. */
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/

/** Of the whole text: a line end is no part of a name. */
const ENDS: Readonly<Record<string, string>> = { A: '^', Z: '$', z: '$' }

/**
 * A regular expression as Java writes it, matching whole texts. Understood besides what both languages share: `\Q…\E` for text
 * without special characters, a backslash before any character that is neither letter nor digit, flags such as `(?i)` in front, and
 * `\A`, `\z` and `\Z` for the ends. Throws a SyntaxError.
 */
export function javaRegex(source: string): RegExp {
  const flags = /^\(\?([imsu]+)\)/.exec(source)
  const rest = unquoted(source.slice(flags?.[0].length ?? 0))
  const translated = rest.replace(/\\([^a-z0-9B-Y]|z)/g, (escaped, character: string) => {
    if (ENDS[character] !== undefined) return ENDS[character]
    return SYNTAX.test(character) ? escaped : codeOf(character)
  })
  return new RegExp(`^(?:${translated})$`, [...new Set(`${flags?.[1] ?? ''}u`)].join(''))
}

function unquoted(source: string): string {
  return source.replace(/\\Q(.*?)(?:\\E|$)/gs, (_, text: string) => text.replace(/[^A-Za-z0-9]/gu, codeOf))
}

function codeOf(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`
}
