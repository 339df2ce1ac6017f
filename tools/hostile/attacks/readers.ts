/** Readers that ask for more than anybody can mean: waits of weeks, sessions of everything, requests behind waits that do not end. */
import {
  ApiVersionsRequest,
  encodeRequest,
  FetchRequest,
  type InferInput,
  MetadataRequest,
  ProduceRequest,
} from '@ottla/protocol'
import { type Attack, type Battlefield, type Damage, pause, scaled } from '../attack.ts'
import { Peer } from '../peer.ts'

const FOREVER_MS = 2 ** 31 - 1
const MIB = 1024 * 1024
/** What a connection may have in progress, and a few more. */
const WAITS_PER_CONNECTION = 110
const PARTITIONS_PER_SESSION = 10_000
const VERSION = 11

type FetchInput = InferInput<typeof FetchRequest>

/** A thousand connections wait a hundred times each, for ever, and go away again, half of them without saying so. */
export function endlessWaits(topic: string): Attack {
  const waits = repeated(WAITS_PER_CONNECTION, waitFor(topic))
  return {
    name: 'waits without end',
    run: (field) => crowd(field, scaled(1000, field), (peer) => peer.send(waits)),
  }
}

/** Behind waits without end: large requests, which together are more than the broker's request memory. */
export function requestsBehindWaits(topic: string): Attack {
  const waits = repeated(WAITS_PER_CONNECTION, waitFor(topic))
  return {
    name: 'large requests behind waits without end',
    run(field) {
      const large = produceOf(Math.round(80 * MIB * Math.max(0.05, field.scale)))
      return crowd(field, scaled(40, field), async (peer) => {
        await peer.send(waits)
        await peer.send(large)
      })
    },
  }
}

/** Sixty connections ask three times for eight megabytes of their own words, and never read them. */
export const untakenAnswers: Attack = {
  name: 'large answers that nobody takes',
  run(field) {
    const metadata = metadataOf(8 * MIB)
    const behave = async (peer: Peer) => {
      for (let count = 0; count < 3; count++) await peer.send(metadata)
    }
    return crowd(field, scaled(60, field), behave, { reads: false })
  },
}

/** Behind waits without end: a megabyte of requests of a few bytes, on two hundred connections. */
export function tinyRequests(topic: string): Attack {
  const waits = repeated(WAITS_PER_CONNECTION, waitFor(topic))
  const tiny = encodeRequest(ApiVersionsRequest, 0, { correlationId: 3, clientId: null }, {})
  const burst = Buffer.concat([waits, repeated(Math.floor(MIB / tiny.length), tiny)])
  return {
    name: 'tiny requests behind waits without end',
    run: (field) => crowd(field, scaled(200, field), (peer) => peer.send(burst)),
  }
}

/** Sessions of ten thousand partitions each, none of which exists, and each used from another connection, too. */
export const sessionFlood: Attack = {
  name: 'fetch sessions of 10,000 partitions',
  run: (field) =>
    crowd(field, scaled(300, field), async (peer, index) => {
      const partitionsPerSession = Math.round(PARTITIONS_PER_SESSION * Math.max(0.02, field.scale))
      await peer.send(sessionOf(`none-${index}`, partitionsPerSession))
      if ((await peer.outcome(1, field.patienceMs)) !== 'answered') return
      const sessionId = peer.lastAnswer!.readInt32BE(10)
      const next = fetchRequest({ maxWaitMs: FOREVER_MS, minBytes: 1, sessionId, sessionEpoch: 1, topics: [] })
      const other = await Peer.open(field.port)
      await Promise.all([peer.send(next), other.send(next)])
      await pause(10)
      other.close()
    }),
}

async function crowd(
  field: Battlefield,
  count: number,
  behave: (peer: Peer, index: number) => Promise<void>,
  options: { readonly reads?: boolean } = {},
): Promise<Damage> {
  const end = Date.now() + field.durationMs
  const peers: Peer[] = []
  for (let index = 0; index < count && (Date.now() < end || index < 10); index++) {
    const peer = await Peer.open(field.port, options)
    peers.push(peer)
    // A peer that is not read from never ends its sending.
    await Promise.race([behave(peer, index), pause(Math.min(100, field.durationMs))])
  }
  await pause(Math.max(0, end - Date.now()))
  const closed = peers.filter(({ isClosed }) => isClosed).length
  const answered = peers.reduce((sum, peer) => sum + peer.answered, 0)
  for (const peer of peers) peer.close()
  return { connections: peers.length, answered, closed, violations: [] }
}

function waitFor(topic: string): Uint8Array {
  const partitions = [{ partition: 0, fetchOffset: 16, partitionMaxBytes: MIB }]
  const request = {
    maxWaitMs: FOREVER_MS,
    minBytes: 1,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [{ topic, partitions }],
  }
  return fetchRequest(request)
}

function sessionOf(topic: string, count: number): Uint8Array {
  const partitions = Array.from({ length: count }, (_, partition) => {
    return { partition, fetchOffset: 0, partitionMaxBytes: 1 }
  })
  return fetchRequest({ maxWaitMs: 0, minBytes: 0, sessionId: 0, sessionEpoch: 0, topics: [{ topic, partitions }] })
}

function fetchRequest(request: FetchInput): Uint8Array {
  return encodeRequest(FetchRequest, VERSION, { correlationId: 2, clientId: 'patient' }, request)
}

/** A Produce request with so many bytes of noise, for a topic that does not exist. */
function produceOf(bytes: number): Uint8Array {
  const topicData = [{ name: 'none', partitionData: [{ index: 0, records: Buffer.alloc(bytes, 7) }] }]
  const request = { transactionalId: null, acks: 1, timeoutMs: 1000, topicData } as never
  return encodeRequest(ProduceRequest, 9, { correlationId: 5, clientId: 'large' }, request)
}

/** A request of about so many bytes, for a single topic whose name is as long as names get, again and again. */
function metadataOf(bytes: number): Uint8Array {
  const name = 'n'.repeat(32_000)
  const topics = Array.from({ length: Math.max(1, Math.floor(bytes / name.length)) }, () => ({ name }))
  return encodeRequest(
    MetadataRequest,
    4,
    { correlationId: 4, clientId: 'large' },
    {
      topics,
      allowAutoTopicCreation: false,
    },
  )
}

function repeated(count: number, frame: Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => frame))
}
