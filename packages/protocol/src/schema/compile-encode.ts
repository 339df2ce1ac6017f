/**
 * Prints the encoder of one message at one version as JavaScript: the checks of each value inline, the bytes through the
 * Writer `w`. Values that are not plain text (defaults that are objects, the fields' descriptions) are constants `k[i]`.
 */
import { INT64_MAX } from '../bytes/reader.ts'
import { elementOf, type FieldAt, fixedWidth, type StructAt, type TypeAt } from './resolve.ts'

export interface EncoderText {
  /** The body of `(h, k, w, value)`; `h` holds the functions of checks.ts and isDefault. */
  readonly source: string
  readonly constants: readonly unknown[]
}

export function encoderText(struct: StructAt): EncoderText {
  const text = new EncoderPrinter()
  return { source: text.print(struct), constants: text.constants }
}

class EncoderPrinter {
  readonly constants: unknown[] = []
  private readonly lines: string[] = []
  private names = 0

  print(struct: StructAt): string {
    this.struct(struct, 'value')
    return this.lines.join('\n')
  }

  private line(text: string): void {
    this.lines.push(text)
  }

  private name(): string {
    return `v${this.names++}`
  }

  private constant(value: unknown): string {
    return `k[${this.constants.push(value) - 1}]`
  }

  private struct(struct: StructAt, value: string): void {
    this.line(`if (typeof ${value} !== 'object' || ${value} === null) h.check(${value}, '${struct.path}', 'an object')`)
    for (const field of struct.fields) {
      if (field.presence === 'inline') this.inlineField(field, value)
      else if (field.presence === 'absent' && !field.ignorable) this.absentField(field, value)
    }
    if (struct.flexible) this.tagSection(struct, value)
  }

  private absentField(field: FieldAt, value: string): void {
    const given = `${value}.${field.name}`
    this.line(`if (${given} !== undefined) h.rejectUncarried(${this.constant(field)}, ${given})`)
  }

  private inlineField(field: FieldAt, value: string): void {
    const name = this.name()
    this.line(`let ${name} = ${value}.${field.name}`)
    if (field.optional) this.line(`if (${name} === undefined) ${name} = ${this.defaultText(field)}`)
    this.nullableValue(field, name)
  }

  private defaultText(field: FieldAt): string {
    return literalText(field.default) ?? this.constant(field.default)
  }

  private nullableValue(field: FieldAt, name: string): void {
    if (!field.nullable) {
      this.value(field, name)
      return
    }
    this.line(`if (${name} === null) ${nullText(field)}; else {`)
    if (field.type.kind === 'struct') this.line('w.int8(1)')
    this.value(field, name)
    this.line('}')
  }

  private value(field: FieldAt, name: string): void {
    const { type, path, compact } = field
    if (type.kind === 'struct') this.struct(type.struct, name)
    else if (type.kind === 'array') this.array(type, field, name)
    else if (type.kind === 'string') {
      this.line(`if (typeof ${name} !== 'string') h.check(${name}, '${path}', 'a string')`)
      this.line(`w.${compact ? 'compactString' : 'string'}(${name}, '${path}')`)
    } else if (fixedWidth(type) > 0) this.fixed(field, name)
    else this.bytes(field, name)
  }

  private length(compact: boolean, length: string): void {
    this.line(compact ? `w.uvarint(${length} + 1)` : `w.int32(${length})`)
  }

  private array(type: TypeAt & { kind: 'array' }, field: FieldAt, name: string): void {
    const [index, one] = [this.name(), this.name()]
    this.line(`if (!Array.isArray(${name})) h.check(${name}, '${field.path}', 'an array')`)
    this.length(field.compact, `${name}.length`)
    this.line(`for (let ${index} = 0; ${index} < ${name}.length; ${index}++) { const ${one} = ${name}[${index}]`)
    this.value(elementOf({ type: type.element, path: field.path, compact: field.compact }), one)
    this.line('}')
  }

  private bytes(field: FieldAt, name: string): void {
    const isRecords = field.type.kind === 'records'
    this.line(`if (!h.${isRecords ? 'isRecords' : 'isBytes'}(${name})) h.check(${name}, '${field.path}', 'bytes')`)
    this.length(field.compact, `${name}.byteLength`)
    this.line(isRecords ? `w.records(${name}, '${field.path}')` : `w.raw(${name})`)
  }

  private fixed(field: FieldAt, name: string): void {
    const { kind } = field.type
    const [test, expected, write] = field.approximate ? APPROXIMATE : FIXED[kind as keyof typeof FIXED]
    const checked = `{ if (${test.replaceAll('$', name)}) h.check(${name}, '${field.path}', '${expected}'); w.${write}(${name}) }`
    this.line(field.approximate ? `if (${name} === ${INT64_MAX}) w.int64Max(); else ${checked}` : checked)
  }

  private tagSection(struct: StructAt, value: string): void {
    if (struct.tagged.length === 0) {
      this.line('w.int8(0)')
      return
    }
    const given = struct.tagged.map((field) => ({ field, name: this.name(), present: this.name() }))
    const count = this.name()
    this.line(`let ${count} = 0`)
    for (const { field, name, present } of given) {
      this.line(
        `const ${name} = ${value}.${field.name}, ${present} = ${name} !== undefined && ${this.differs(field, name)}`,
      )
      this.line(`if (${present}) ${count}++`)
    }
    this.line(`w.uvarint(${count})`)
    for (const { field, name, present } of given) {
      this.line(`if (${present}) { w.uvarint(${field.tag}); const ${present}m = w.beginSized()`)
      this.nullableValue(field, name)
      this.line(`w.endSized(${present}m) }`)
    }
  }

  private differs(field: FieldAt, name: string): string {
    const literal = literalText(field.default)
    return literal === undefined ? `!h.isDefault(${this.constant(field)}, ${name})` : `${name} !== ${literal}`
  }
}

/** A default that can stand in the text; undefined for objects. */
function literalText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return `${value}n`
  return value === null || typeof value !== 'object' ? JSON.stringify(value) : undefined
}

function nullText(field: FieldAt): string {
  if (field.type.kind === 'struct') return `w.int8(${field.presence === 'tagged' ? 0 : -1})`
  if (field.compact) return 'w.int8(0)'
  return field.type.kind === 'string' ? 'w.int16(-1)' : 'w.int32(-1)'
}

/** An int64 that need not be a safe integer. */
const APPROXIMATE = [`!(Number.isInteger($) && Math.abs($) <= ${INT64_MAX})`, 'an integer of 64 bits', 'int64'] as const

/** The test that a value fails (`$` stands for it), what the message calls the right one, the Writer's method. */
const FIXED = {
  bool: ["typeof $ !== 'boolean'", 'a boolean', 'bool'],
  int8: ['$ << 24 >> 24 !== $', 'int8', 'int8'],
  int16: ['$ << 16 >> 16 !== $', 'int16', 'int16'],
  int32: ['($ | 0) !== $', 'int32', 'int32'],
  uint16: ['($ & 65535) !== $', 'uint16', 'int16'],
  uint32: ['$ >>> 0 !== $', 'uint32', 'int32'],
  int64: ['!Number.isSafeInteger($)', 'a safe integer', 'int64'],
  bits64: ['!h.isBits64($)', 'a bigint of 64 bits', 'bits64'],
  float64: ["typeof $ !== 'number'", 'a number', 'float64'],
  uuid: ["typeof $ !== 'string'", 'a UUID', 'uuid'],
} as const
