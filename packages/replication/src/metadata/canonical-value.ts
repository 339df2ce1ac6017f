import { type ConfigKey, parseConfigValue } from '@ottla/runtime'

/**
 * A value as Kafka shows it once it has read it: `" gzip "` is gzip, `compact, delete` is compact,delete, TRUE is true, +07 is 7. Whoever
 * reads the value later need not know that. A value that is wrong, of a key that is not known, or of a password stays as it is.
 */
export function canonicalValue(key: ConfigKey | undefined, text: string): string {
  if (key === undefined || key.type === 'password') return text
  const parsed = parseConfigValue(key.type, text, key)
  if (!parsed.ok) return text
  switch (key.type) {
    case 'list':
      return listItems(parsed.value as readonly string[], key).join(',')
    case 'boolean':
      return String(parsed.value)
    // Not through the parsed number, which cannot hold 9223372036854775807.
    case 'short':
    case 'int':
    case 'long':
      return String(BigInt(text.trim().replace('+', '')))
    default:
      return text.trim()
  }
}

/** Of items that are chosen from a few each counts once. */
function listItems(items: readonly string[], { oneOf }: ConfigKey): readonly string[] {
  return oneOf === undefined ? items : [...new Set(items)]
}
