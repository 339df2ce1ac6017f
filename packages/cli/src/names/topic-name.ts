const CHARACTERS_MAX = 249

/** Why no topic can have this name; undefined for one that could. An empty name is for the caller to refuse. */
export function topicNameFault(name: string): string | undefined {
  if (name === '.' || name === '..') return `'${name}' names a directory`
  if (name.length > CHARACTERS_MAX) return `its ${name.length} characters are more than ${CHARACTERS_MAX}`
  if (/[^a-zA-Z0-9._-]/.test(name))
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  return undefined
}
