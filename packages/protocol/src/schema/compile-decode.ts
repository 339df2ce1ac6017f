/**
 * Prints the decoder of one message at one version as JavaScript. The text keeps bytes, position and end in locals `b`,
 * `p` and `e`, checks the bounds once per run of fixed-width fields, and builds each struct as one object literal with every
 * field in order of definition, so all versions of a message share one hidden class. What is rare goes through the
 * Reader `r`, whose position is brought up to date before and read back after.
 *
 * Nothing of the text comes from outside: names and numbers are those of the definitions.
 */
import { elementOf, type FieldAt, fixedWidth, isNumber, prefixBytes, type StructAt, type TypeAt } from './resolve.ts'

/** The body of `(h, r) => value`; `h` holds decodeText, uuidFromBytes and noBytes. */
export function decoderSource(struct: StructAt): string {
  return new DecoderText().print(struct)
}

class DecoderText {
  private readonly lines: string[] = []
  private names = 0

  print(struct: StructAt): string {
    this.lines.push('const b = r.bytes; let p = r.position, e = r.end, n = 0, t = 0')
    const value = this.struct(struct)
    this.lines.push('r.position = p', `return ${value}`)
    return this.lines.join('\n')
  }

  private name(): string {
    return `v${this.names++}`
  }

  private line(text: string): void {
    this.lines.push(text)
  }

  /** A call of the Reader with its position brought up to date; it never returns normally. */
  private fail(call: string): string {
    return `r.position = p; ${call}`
  }

  /** Prints the fields and returns the object literal. */
  private struct(struct: StructAt): string {
    const inline = struct.fields.filter((field) => field.presence === 'inline')
    const values = new Map<FieldAt, string>()
    for (const field of struct.tagged) values.set(field, this.variable(defaultText(field)))
    let checked = 0
    for (const [index, field] of inline.entries()) {
      if (checked === 0) checked = this.checkRun(struct, inline.slice(index))
      values.set(field, this.field(field))
      checked = fixedWidth(field.type) > 0 ? checked - fixedWidth(field.type) : 0
    }
    if (struct.flexible) this.tagSection(struct, values, checked > 0)
    return `{${struct.fields.map((field) => `${field.name}: ${values.get(field) ?? defaultText(field)}`).join(', ')}}`
  }

  private variable(text: string): string {
    const name = this.name()
    this.line(`let ${name} = ${text}`)
    return name
  }

  /** One check for all fixed-width fields ahead and the prefix of what ends them. Returns the bytes that it covers. */
  private checkRun(struct: StructAt, ahead: readonly FieldAt[]): number {
    const stop = ahead.findIndex((field) => fixedWidth(field.type) === 0)
    const fixed = stop < 0 ? ahead : ahead.slice(0, stop)
    const width = fixed.reduce((sum, field) => sum + fixedWidth(field.type), 0)
    const covered = width + (stop < 0 ? Number(struct.flexible) : prefixBytes(ahead[stop]!))
    if (covered > 0) this.need(String(covered), ahead[0]!.path)
    return covered
  }

  private need(length: string, path: string): void {
    this.line(`if (e - p < ${length}) { ${this.fail(`r.short(${length}, '${path}')`)} }`)
  }

  private field(field: FieldAt): string {
    const name = this.name()
    this.line(`let ${name}`)
    this.value(field, name)
    return name
  }

  /** Prints the reading of one value into `target`; its prefix is known to be there. */
  private value(field: FieldAt, target: string): void {
    const { type } = field
    if (fixedWidth(type) > 0) this.fixed(field, target)
    else if (type.kind === 'struct') this.nestedStruct(field, type.struct, target)
    else this.sized(field, target)
  }

  private fixed(field: FieldAt, target: string): void {
    const { type, path } = field
    if (type.kind === 'int64') this.int64(field, target)
    else if (type.kind === 'float64' || type.kind === 'bits64')
      this.line(`r.position = p; ${target} = r.${type.kind}('${path}')`)
    else this.line(`${target} = ${FIXED[type.kind as keyof typeof FIXED]}`)
    this.line(`p += ${fixedWidth(type)}`)
  }

  private int64(field: FieldAt, target: string): void {
    const high = '(b[p] << 24 | b[p + 1] << 16 | b[p + 2] << 8 | b[p + 3])'
    const low = '((b[p + 4] << 24 | b[p + 5] << 16 | b[p + 6] << 8 | b[p + 7]) >>> 0)'
    this.line(`${target} = ${high} * 4294967296 + ${low}`)
    const word = `{ high: ${high}, low: ${low}, path: '${field.path}', approximate: ${field.approximate} }`
    this.line(`if (${target} > 9007199254740991 || ${target} < -9007199254740991) ${target} = r.unsafeInt64(${word})`)
  }

  private nestedStruct(field: FieldAt, struct: StructAt, target: string): void {
    if (!field.nullable) {
      this.line(`${target} = ${this.struct(struct)}`)
      return
    }
    if (field.presence === 'tagged') this.varint('t', field.path)
    else this.line('t = (b[p++] << 24 >> 24) < 0 ? 0 : 1')
    this.line(`if (t === 0) ${target} = null; else {`)
    this.line(`${target} = ${this.struct(struct)}`)
    this.line('}')
  }

  private varint(target: string, path: string): void {
    this.line(
      `${target} = b[p++]; if (${target} > 127) { r.position = p - 1; ${target} = r.uvarint('${path}'); p = r.position }`,
    )
  }

  /** Reads the length into `n`, then what has that length. */
  private sized(field: FieldAt, target: string): void {
    const { type, path } = field
    if (field.compact) {
      this.varint('n', path)
      this.line('n--')
    } else if (type.kind === 'string') this.line('n = b[p] << 24 >> 16 | b[p + 1]; p += 2')
    else this.line(`n = ${FIXED.int32}; p += 4`)
    const onNull = field.nullable ? `${target} = null` : this.fail(`r.missing('${path}')`)
    this.line(`if (n < 0) { ${onNull} } else {`)
    if (type.kind === 'string') this.text(target, path)
    else if (type.kind === 'array') this.array(type, field, target)
    else {
      this.need('n', path)
      this.line(`${target} = b.subarray(p, p + n); p += n`)
    }
    this.line('}')
  }

  private text(target: string, path: string): void {
    this.line(`if (n > 32767) { ${this.fail(`r.longText(n, '${path}')`)} }`)
    this.need('n', path)
    this.line(`${target} = h.decodeText(b, p, n); p += n`)
  }

  private array(type: TypeAt & { kind: 'array' }, field: FieldAt, target: string): void {
    const { element, elementBytesMin } = type
    const [list, index, count, one] = [this.name(), this.name(), this.name(), this.name()]
    // As in the Reader: numbers are no larger in memory than on the wire, so only the bytes limit them.
    if (isNumber(element)) this.need(`n * ${elementBytesMin}`, field.path)
    else this.line(`r.position = p; r.end = e; r.claimElements(n, ${elementBytesMin}, '${field.path}')`)
    this.line(`const ${list} = n < ${EXACT_BELOW} ? new Array(n) : []`)
    this.line(`for (let ${index} = 0, ${count} = n; ${index} < ${count}; ${index}++) { let ${one}`)
    const each = elementOf({ type: element, path: field.path, compact: field.compact })
    const prefix = prefixBytes(each)
    if (!isNumber(element) && prefix > 0) this.need(String(prefix), field.path)
    this.value(each, one)
    this.line(`${list}[${index}] = ${one} }`)
    this.line(`${target} = ${list}`)
  }

  private tagSection(struct: StructAt, values: ReadonlyMap<FieldAt, string>, checked: boolean): void {
    const [count, tag, end] = [this.name(), this.name(), this.name()]
    if (!checked) this.need('1', struct.path)
    this.line(`let ${count} = b[p++]; if (${count} > 0) { r.end = e`)
    this.line(`if (${count} > 127) { r.position = p - 1; ${count} = r.uvarint('${struct.path}'); p = r.position }`)
    this.line(`r.position = p; r.claimNumbers(${count}, 2, '${struct.path}')`)
    this.line(`for (; ${count} > 0; ${count}--) {`)
    this.line(
      `r.position = p; const ${tag} = r.uvarint('${struct.path}'); n = r.uvarint('${struct.path}'); p = r.position`,
    )
    this.need('n', struct.path)
    this.line(`const ${end} = p + n; switch (${tag}) {`)
    for (const field of struct.tagged) this.taggedField(field, { end, target: values.get(field)! })
    this.line(`default: p = ${end} } } }`)
  }

  private taggedField(field: FieldAt, names: { end: string; target: string }): void {
    const outerEnd = this.name()
    this.line(`case ${field.tag}: { const ${outerEnd} = e; r.end = e = ${names.end}`)
    const prefix = prefixBytes(field)
    if (prefix > 0) this.need(String(prefix), field.path)
    this.value(field, names.target)
    this.line(`r.position = p; r.expectEnd(e, '${field.path}'); r.end = e = ${outerEnd}; break }`)
  }
}

/** Shorter arrays are allocated at their length: one that grows begins with room for seventeen. */
const EXACT_BELOW = 64

const FIXED = {
  bool: 'b[p] !== 0',
  int8: 'b[p] << 24 >> 24',
  int16: 'b[p] << 24 >> 16 | b[p + 1]',
  uint16: 'b[p] << 8 | b[p + 1]',
  int32: 'b[p] << 24 | b[p + 1] << 16 | b[p + 2] << 8 | b[p + 3]',
  uint32: '(b[p] << 24 | b[p + 1] << 16 | b[p + 2] << 8 | b[p + 3]) >>> 0',
  uuid: 'h.uuidFromBytes(b, p)',
} as const

/** An expression for the default, with new arrays and objects each time. */
function defaultText(field: FieldAt): string {
  if (field.default === null) return 'null'
  if (field.type.kind === 'bytes') return 'h.noBytes'
  if (typeof field.default === 'bigint') return `${field.default}n`
  if (field.type.kind !== 'struct') return JSON.stringify(field.default)
  return `{${field.type.struct.fields.map((inner) => `${inner.name}: ${defaultText(inner)}`).join(', ')}}`
}
