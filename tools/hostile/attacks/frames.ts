/** Frames that never end, sizes that are lies, bytes that come one at a time, readers that do not read. */
import { encodeRequest, FetchRequest, MetadataRequest } from '@ottla/protocol'
import { type Attack, type Battlefield, type Damage, pause, scaled } from '../attack.ts'
import { Peer } from '../peer.ts'

const MIB = 1024 * 1024
const NOISE = Buffer.alloc(MIB, 7)
const METADATA = encodeRequest(MetadataRequest, 4, { correlationId: 1, clientId: 'slow' }, { topics: null })

/** A hundred connections announce 50 MB, send half of it and stop. */
export const halfFrames: Attack = {
  name: 'half-sent frames of 50 MB',
  run: (field) =>
    hold(field, scaled(100, field), async (peer) => {
      const sizeBytes = Math.round(50 * MIB * Math.max(0.05, field.scale))
      await peer.send(announced(sizeBytes))
      const end = Date.now() + field.durationMs
      for (let sent = 0; sent < sizeBytes / 2 && !peer.isClosed && Date.now() < end; sent += MIB) {
        await Promise.race([peer.send(NOISE), pause(end - Date.now())])
      }
    }),
}

/** Twenty connections announce 100 MB and send a byte. */
export const emptyPromises: Attack = {
  name: '100 MB announced, one byte sent',
  run: (field) =>
    hold(field, scaled(20, field), async (peer) => {
      await peer.send(announced(100 * 1000 * 1000))
      await peer.send(Buffer.of(0))
    }),
}

/** Five hundred connections send a request at a byte a second. */
export const drip: Attack = {
  name: 'a byte a second',
  run: (field) =>
    hold(field, scaled(500, field), async (peer) => {
      const end = Date.now() + field.durationMs
      for (const byte of METADATA) {
        if (peer.isClosed || Date.now() > end) return
        await peer.send(Buffer.of(byte))
        await pause(Math.min(1000, field.durationMs / 4))
      }
    }),
}

/** Fifty connections ask for much, again and again, and never read an answer. */
export function deafReaders(topic: string): Attack {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 8 * MIB }]
  const request = { maxWaitMs: 0, minBytes: 0, maxBytes: 50 * MIB, topics: [{ topic, partitions }] }
  const fetch = encodeRequest(FetchRequest, 11, { correlationId: 2, clientId: 'deaf' }, request)
  const burst = Buffer.concat(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? fetch : METADATA)))
  return {
    name: 'readers that never read',
    run: (field) =>
      hold(
        field,
        scaled(50, field),
        async (peer) => {
          const end = Date.now() + field.durationMs
          while (!peer.isClosed && Date.now() < end) {
            await Promise.race([peer.send(burst), pause(end - Date.now())])
            await pause(20)
          }
        },
        { reads: false },
      ),
  }
}

/** Sizes that no frame can have: the connection must end at once. */
export const wrongSizes: Attack = {
  name: 'negative and huge sizes',
  async run(field) {
    const violations: string[] = []
    const sizes = [-1, -(2 ** 31), 2 ** 31 - 1, 104_857_601]
    for (const size of sizes) {
      const peer = await Peer.open(field.port)
      await peer.send(announced(size))
      const outcome = await peer.outcome(1, field.patienceMs)
      if (outcome !== 'closed') violations.push(`a frame that announces ${size} bytes: ${outcome}`)
      peer.close()
    }
    return { connections: sizes.length, answered: 0, closed: sizes.length - violations.length, violations }
  },
}

/** All connections at once, for the attack's duration. Nothing is owed to them, so that only the broker's health counts. */
async function hold(
  field: Battlefield,
  count: number,
  behave: (peer: Peer) => Promise<void>,
  options: { readonly reads?: boolean } = {},
): Promise<Damage> {
  const peers = await Promise.all(Array.from({ length: count }, () => Peer.open(field.port, options)))
  const startedMs = Date.now()
  await Promise.all(peers.map(behave))
  await pause(Math.max(0, field.durationMs - (Date.now() - startedMs)))
  const closed = peers.filter(({ isClosed }) => isClosed).length
  const answered = peers.reduce((sum, peer) => sum + peer.answered, 0)
  for (const peer of peers) peer.close()
  return { connections: count, answered, closed, violations: [] }
}

function announced(bytes: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes)
  return size
}
