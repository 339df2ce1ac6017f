/**
 * Produce versions 0-2, which are shown in ApiVersions and refused. Their requests are
 *
 *     acks int16, timeout int32, [topic string, [partition int32, message set bytes]]
 *
 * and each partition is answered with UNSUPPORTED_VERSION; 1 adds the throttle time, 2 the log append time. A request that
 * cannot be read, and one with acks=0, which has no answer, closes the connection.
 */
import { ErrorCode, REQUEST_ELEMENTS_MAX } from '@ottla/protocol'
import type { RequestContext } from '../seams.ts'

interface LegacyTopic {
  readonly name: Uint8Array
  readonly partitions: readonly number[]
}

const PARTITION_BYTES_MIN = 8
const TOPIC_BYTES_MIN = 6

export function refuseLegacyProduce(context: RequestContext, body: Uint8Array): readonly Uint8Array[] | undefined {
  if (context.apiVersion < 0 || context.apiVersion > 2) return undefined
  try {
    const request = new Cursor(body)
    const acks = request.int16()
    request.int32()
    const topics = Array.from({ length: request.count(TOPIC_BYTES_MIN) }, () => readTopic(request))
    return acks === 0 ? undefined : [encodeRefusal(context, topics)]
  } catch {
    return undefined
  }
}

function readTopic(request: Cursor): LegacyTopic {
  const name = request.bytes(request.int16())
  const partitions = Array.from({ length: request.count(PARTITION_BYTES_MIN) }, () => {
    const partition = request.int32()
    request.bytes(request.int32())
    return partition
  })
  return { name, partitions }
}

function encodeRefusal(context: RequestContext, topics: readonly LegacyTopic[]): Uint8Array {
  const version = context.apiVersion
  const partitionBytes = 4 + 2 + 8 + (version >= 2 ? 8 : 0)
  const topicsBytes = topics.reduce(
    (sum, topic) => sum + 6 + topic.name.length + topic.partitions.length * partitionBytes,
    0,
  )
  const response = new Cursor(new Uint8Array(4 + 4 + 4 + topicsBytes + (version >= 1 ? 4 : 0)))
  response.putInt32(response.length - 4)
  response.putInt32(context.correlationId)
  response.putInt32(topics.length)
  for (const { name, partitions } of topics) {
    response.putInt16(name.length)
    response.putBytes(name)
    response.putInt32(partitions.length)
    for (const partition of partitions) {
      response.putInt32(partition)
      response.putInt16(ErrorCode.UNSUPPORTED_VERSION)
      response.putMinusOne64()
      if (version >= 2) response.putMinusOne64()
    }
  }
  if (version >= 1) response.putInt32(0)
  return response.all
}

/** Reads or writes one field behind the other; throws a RangeError past the end. */
class Cursor {
  readonly all: Uint8Array
  readonly #view: DataView
  #at = 0
  #elements = 0

  constructor(bytes: Uint8Array) {
    this.all = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get length(): number {
    return this.all.length
  }

  int16(): number {
    return this.#view.getInt16(this.#move(2))
  }

  int32(): number {
    return this.#view.getInt32(this.#move(4))
  }

  /** A count of elements of at least `elementBytes` each, which must fit into what is left. */
  count(elementBytes: number): number {
    const count = this.int32()
    if (count < 0 || count * elementBytes > this.length - this.#at) throw new RangeError('count')
    this.#elements += count
    if (this.#elements > REQUEST_ELEMENTS_MAX) throw new RangeError('too many elements')
    return count
  }

  bytes(length: number): Uint8Array {
    const start = this.#move(length)
    return this.all.subarray(start, start + length)
  }

  putInt16(value: number): void {
    this.#view.setInt16(this.#move(2), value)
  }

  putInt32(value: number): void {
    this.#view.setInt32(this.#move(4), value)
  }

  putMinusOne64(): void {
    this.#view.setBigInt64(this.#move(8), -1n)
  }

  putBytes(bytes: Uint8Array): void {
    this.all.set(bytes, this.#move(bytes.length))
  }

  #move(bytes: number): number {
    const at = this.#at
    if (bytes < 0 || at + bytes > this.length) throw new RangeError('past the end')
    this.#at = at + bytes
    return at
  }
}
