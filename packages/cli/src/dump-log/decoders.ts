import { UsageError } from '../tool/usage.ts'
import type { CoordinatorTopic } from './coordinator-decoder.ts'
import type { RecordDecoder } from './record-text.ts'
import { SegmentFileError } from './segment-name.ts'

export interface DecoderOptions {
  readonly printDataLog?: true
  readonly offsetsDecoder?: true
  readonly transactionLogDecoder?: true
  readonly shareGroupStateDecoder?: true
  readonly clusterMetadataDecoder?: true
  /** `true`: the option without a class. */
  readonly keyDecoderClass?: string | true
  readonly valueDecoderClass?: string | true
}

/** The decoder that the options ask for; undefined where the contents of records are not wanted. Throws a `UsageError`. */
export async function decoderOf(options: DecoderOptions): Promise<RecordDecoder | undefined> {
  if (options.offsetsDecoder) return coordinatorDecoder('offsets')
  if (options.transactionLogDecoder) return coordinatorDecoder('transactions')
  if (options.clusterMetadataDecoder) return (await import('./metadata-decoder.ts')).metadataDecoder()
  if (options.shareGroupStateDecoder) return coordinatorDecoder('share groups')
  const { printDataLog, keyDecoderClass, valueDecoderClass } = options
  const wanted = printDataLog || keyDecoderClass !== undefined || valueDecoderClass !== undefined
  return wanted ? plainDecoder(bytesDecoder(keyDecoderClass), bytesDecoder(valueDecoderClass)) : undefined
}

async function coordinatorDecoder(topic: CoordinatorTopic): Promise<RecordDecoder> {
  return (await import('./coordinator-decoder.ts')).coordinatorDecoder(topic)
}

type BytesDecoder = (bytes: Uint8Array) => string

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length)

/** By the name of Java's class, without its package. */
const BYTES_DECODERS: Readonly<Record<string, BytesDecoder>> = {
  StringDecoder: (bytes) => utf8.decode(bytes),
  IntegerDecoder: (bytes) => (bytes.length < 4 ? tooShort(bytes, 4) : String(viewOf(bytes).getInt32(0))),
  LongDecoder: (bytes) => (bytes.length < 8 ? tooShort(bytes, 8) : String(viewOf(bytes).getBigInt64(0))),
}

function tooShort({ length }: Uint8Array, needed: number): never {
  throw new SegmentFileError(`a key or value of ${length} bytes where the decoder needs ${needed}`)
}

function bytesDecoder(className: string | true | undefined): BytesDecoder {
  const name = typeof className === 'string' ? className.slice(className.lastIndexOf('.') + 1) : 'StringDecoder'
  const decoder = Object.hasOwn(BYTES_DECODERS, name) ? BYTES_DECODERS[name] : undefined
  if (decoder !== undefined) return decoder
  throw new UsageError(`Failed to load decoder class ${name}: there are ${Object.keys(BYTES_DECODERS).join(', ')}`)
}

function plainDecoder(keyText: BytesDecoder, valueText: BytesDecoder): RecordDecoder {
  return ({ key, value }) => ({
    key: key === null ? undefined : keyText(key),
    payload: value === null ? undefined : valueText(value),
  })
}
