/** Kafka's types of configuration values. A password is a string that is never shown; a class is a name. */
export type ConfigType = 'boolean' | 'short' | 'int' | 'long' | 'double' | 'string' | 'list' | 'password' | 'class'

export type ConfigValue = boolean | number | string | readonly string[]

export interface ConfigValueTypes {
  readonly boolean: boolean
  readonly short: number
  readonly int: number
  /** Beyond 2^53 - 1 the nearest number: such values (9223372036854775807) mean "no limit". */
  readonly long: number
  readonly double: number
  readonly string: string
  readonly list: readonly string[]
  readonly password: string
  readonly class: string
}

/** What a value may be, besides its type. */
export interface ConfigConstraint {
  readonly range?: { readonly min?: number; readonly max?: number }
  /** The allowed values; for a list those of its items. */
  readonly oneOf?: readonly string[]
}

export type ParsedValue =
  | { readonly ok: true; readonly value: ConfigValue }
  | { readonly ok: false; readonly reason: string }

/** Reads a value as Kafka does: blanks around it do not count, except in a password. */
export function parseConfigValue(type: ConfigType, text: string, constraint: ConfigConstraint = {}): ParsedValue {
  const parsed = parseType(type, type === 'password' ? text : text.trim())
  if (!parsed.ok) return parsed
  const reason = violation(parsed.value, constraint)
  return reason === undefined ? parsed : { ok: false, reason }
}

function parseType(type: ConfigType, text: string): ParsedValue {
  switch (type) {
    case 'boolean':
      return parseBoolean(text)
    case 'short':
      return parseInteger(text, { bits: 16, type })
    case 'int':
      return parseInteger(text, { bits: 32, type })
    case 'long':
      return parseInteger(text, { bits: 64, type })
    case 'double':
      return parseDouble(text)
    case 'list':
      return valid(text === '' ? [] : text.split(/\s*,\s*/))
    case 'string':
    case 'password':
    case 'class':
      return valid(text)
  }
}

function parseBoolean(text: string): ParsedValue {
  const lower = text.toLowerCase()
  return lower === 'true' || lower === 'false'
    ? valid(lower === 'true')
    : invalid('Expected value to be either true or false')
}

function parseInteger(
  text: string,
  { bits, type }: { readonly bits: 16 | 32 | 64; readonly type: ConfigType },
): ParsedValue {
  const wrong = invalid(`Not a number of type ${type.toUpperCase()}`)
  if (!/^[+-]?\d{1,40}$/.test(text)) return wrong
  const exact = BigInt(text.replace('+', ''))
  return BigInt.asIntN(bits, exact) === exact ? valid(Number(exact)) : wrong
}

function parseDouble(text: string): ParsedValue {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
  return isNumber ? valid(Number(text)) : invalid('Not a number of type DOUBLE')
}

function violation(value: ConfigValue, { range, oneOf }: ConfigConstraint): string | undefined {
  if (typeof value === 'number' && range !== undefined && !isWithin(value, range))
    return `Value must be ${describeRange(range)}`
  if (oneOf === undefined) return undefined
  const items = typeof value === 'object' ? value : [String(value)]
  return items.every((item) => oneOf.includes(item)) ? undefined : `String must be one of: ${oneOf.join(', ')}`
}

type Range = NonNullable<ConfigConstraint['range']>

function isWithin(value: number, { min, max }: Range): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max)
}

function describeRange({ min, max }: Range): string {
  if (min === undefined) return `no more than ${max}`
  return max === undefined ? `at least ${min}` : `between ${min} and ${max}`
}

function valid(value: ConfigValue): ParsedValue {
  return { ok: true, value }
}

function invalid(reason: string): ParsedValue {
  return { ok: false, reason }
}
