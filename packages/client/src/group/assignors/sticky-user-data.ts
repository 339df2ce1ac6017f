/**
 * What Kafka's sticky assignors tell in a subscription's user data. `sticky`: an array of { topic, partitions } and the int32 of a
 * generation (which its first version lacks); `cooperative-sticky`: the int32 alone. Foreign bytes are taken as nothing told.
 */
import type { TopicPartition } from '../../admin/leaders.ts'
import { groupBy } from '../../group-by.ts'

export interface Prior {
  readonly partitions: readonly TopicPartition[]
  /** -1: not told. */
  readonly generation: number
}

const NOTHING: Prior = { partitions: [], generation: -1 }
const INT32 = 4
const INT16 = 2

export function encodeGeneration(generation: number): Uint8Array {
  const bytes = new Uint8Array(INT32)
  new DataView(bytes.buffer).setInt32(0, generation)
  return bytes
}

export function decodeGeneration(userData: Uint8Array | null): number {
  return userData === null || userData.length < INT32 ? -1 : viewOf(userData).getInt32(0)
}

export function encodePrior({ partitions, generation }: Prior): Uint8Array {
  const topics = [...groupBy(partitions, ({ topic }) => topic)].map(([topic, its]) => ({
    name: new TextEncoder().encode(topic),
    partitions: its.map(({ partition }) => partition),
  }))
  const size = topics.reduce((sum, topic) => sum + INT16 + topic.name.length + INT32 * (1 + topic.partitions.length), 0)
  const bytes = new Uint8Array(INT32 + size + INT32)
  const view = viewOf(bytes)
  let at = 0
  const int32 = (value: number) => {
    view.setInt32(at, value)
    at += INT32
  }
  int32(topics.length)
  for (const topic of topics) {
    view.setInt16(at, topic.name.length)
    bytes.set(topic.name, at + INT16)
    at += INT16 + topic.name.length
    int32(topic.partitions.length)
    for (const partition of topic.partitions) int32(partition)
  }
  int32(generation)
  return bytes
}

export function decodePrior(userData: Uint8Array | null): Prior {
  if (userData === null) return NOTHING
  try {
    return readPrior(userData)
  } catch (error) {
    if (error instanceof RangeError) return NOTHING
    throw error
  }
}

function readPrior(bytes: Uint8Array): Prior {
  const view = viewOf(bytes)
  let at = 0
  const int32 = () => {
    const value = view.getInt32(at)
    at += INT32
    return value
  }
  const partitions: TopicPartition[] = []
  for (let topics = int32(); topics > 0; topics--) {
    const length = view.getInt16(at)
    if (length < 0 || at + INT16 + length > bytes.length) return NOTHING
    const topic = new TextDecoder().decode(bytes.subarray(at + INT16, at + INT16 + length))
    at += INT16 + length
    for (let count = int32(); count > 0; count--) partitions.push({ topic, partition: int32() })
  }
  return { partitions, generation: at + INT32 <= bytes.length ? int32() : -1 }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
