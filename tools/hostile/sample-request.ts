/** A plausible request of any API and version, made from its definition: what the mutations start from. */
import { encodeBatch, encodeRequest, type Field, type Fields, includes, type Message, ZERO_UUID } from '@ottla/protocol'
import type { SeededNumbers } from './random.ts'

const NUMBERS = [0, 1, -1, 3, 127, 2 ** 31 - 1]
const SMALL = [0, 1, -1, 3]
const RECORDS = encodeBatch({
  records: [{ key: Buffer.from('k'), value: Buffer.from('v'), timestamp: 1_700_000_000_000 }],
})

export interface Sampling {
  readonly version: number
  readonly random: SeededNumbers
  readonly correlationId: number
}

/** The frame, with its size. */
export function sampleRequest(message: Message, sampling: Sampling): Buffer {
  const identity = { correlationId: sampling.correlationId, clientId: 'hostile' }
  return Buffer.from(encodeRequest(message, sampling.version, identity, sampleOf(message.fields, sampling) as never))
}

function sampleOf(fields: Fields, sampling: Sampling): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    if (includes(field.spec.versions, sampling.version)) value[name] = sampleField(name, field, sampling)
  }
  return value
}

function sampleField(name: string, { spec }: Field<unknown, unknown, boolean>, sampling: Sampling): unknown {
  const { random, version } = sampling
  if (includes(spec.nullable, version) && random.below(4) === 0) return null
  return sampleType(name, spec.type, sampling)
}

type TypeSpec = Field<unknown, unknown, boolean>['spec']['type']

function sampleType(name: string, type: TypeSpec, sampling: Sampling): unknown {
  const { random } = sampling
  switch (type.kind) {
    case 'bool':
      return random.below(2) === 0
    case 'string':
      return `h-${name.slice(0, 8)}-${random.below(10)}`
    case 'bytes':
      return Buffer.from('bytes')
    case 'records':
      return RECORDS
    case 'uuid':
      return ZERO_UUID
    case 'struct':
      return sampleOf(type.fields, sampling)
    case 'array':
      return Array.from({ length: random.below(3) }, () => sampleType(name, type.element, sampling))
    default:
      return sampleNumber(name, type.kind, random)
  }
}

function sampleNumber(name: string, kind: string, random: SeededNumbers): number {
  // Who asks to wait for weeks may wait: that would tell nothing.
  if (/(wait|timeout)Ms$/i.test(name)) return 100
  if (name === 'acks') return random.pick([1, -1])
  if (kind === 'int8') return random.pick(SMALL)
  if (kind === 'uint16' || kind === 'uint32') return random.pick([0, 1, 3])
  return kind === 'int16' ? random.pick([...SMALL, 32_767]) : random.pick(NUMBERS)
}
