/** Requests that are nearly right: every API and version that the broker serves, damaged. */
import { apiName, type Message } from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import type { Attack, Battlefield, Damage } from '../attack.ts'
import { Peer } from '../peer.ts'
import type { SeededNumbers } from '../random.ts'
import { sampleRequest } from '../sample-request.ts'

const CONNECTIONS = 24
/** Size, API key, version, correlation id: damage begins behind them, so that the answer can be told. */
const HEADER_BYTES = 12
const CORRELATION_ID_AT = 8
/** An array's or string's count of 2^31 - 1, fixed and as a varint of compact encodings. */
const HUGE_COUNTS = [Buffer.of(0x7f, 0xff, 0xff, 0xff), Buffer.of(0xff, 0xff, 0xff, 0xff, 0x07)]
/** Positions of a request that a huge count is written to. */
const COUNT_POSITIONS_MAX = 24

interface Shot {
  readonly name: string
  readonly frame: Buffer
  /** Damage may have made it a request that rightly waits, or one without an answer (acks=0). */
  readonly mayWait: boolean
}

/** Counts of 2^31 - 1 in every place where the sample of a request may have one. */
export const hugeCounts: Attack = {
  name: 'counts of 2^31 - 1',
  run: (field) => shootAll(field, countShots(field)),
}

/** Bytes changed, cut off, repeated and put in, for as long as the attack lasts. */
export const mutatedRequests: Attack = {
  name: 'mutated requests of every API',
  run: (field) => shootAll(field, mutatedShots(field)),
}

function* countShots(field: Battlefield): Generator<Shot> {
  const end = Date.now() + field.durationMs
  for (const { message, version } of everyVersion(field)) {
    const sample = sampleRequest(message, { version, random: field.random, correlationId: 0 })
    const positions = Math.min(sample.length - HEADER_BYTES, COUNT_POSITIONS_MAX)
    for (let position = 0; position < positions; position++) {
      // The first of each version always: a slow machine sees them all, too.
      if (position > 1 && Date.now() > end) break
      for (const count of HUGE_COUNTS) yield shotOf(message, version, overwrite(sample, HEADER_BYTES + position, count))
    }
  }
}

function* mutatedShots(field: Battlefield): Generator<Shot> {
  const end = Date.now() + field.durationMs
  do {
    for (const { message, version } of everyVersion(field)) {
      const sample = sampleRequest(message, { version, random: field.random, correlationId: 0 })
      yield shotOf(message, version, mutate(sample, field.random))
    }
  } while (Date.now() < end)
}

function* everyVersion({
  apis: served,
}: Battlefield): Generator<{ readonly message: Message; readonly version: number }> {
  for (const { apiKey, min, max } of served) {
    const message = apis.get(apiKey)?.request
    if (message === undefined) continue
    for (let version = Math.max(min, message.versions.min); version <= max; version++) yield { message, version }
  }
}

function shotOf({ apiKey, fields }: Message, version: number, frame: Buffer): Shot {
  const mayWait = Object.keys(fields).some((name) => /(wait|timeout)Ms$/i.test(name))
  return { name: `${apiName(apiKey)} version ${version}`, frame, mayWait }
}

/** The count takes the place of as many bytes. */
function overwrite(frame: Buffer, position: number, bytes: Buffer): Buffer {
  return resized(Buffer.concat([frame.subarray(0, position), bytes, frame.subarray(position + bytes.length)]))
}

function mutate(frame: Buffer, random: SeededNumbers): Buffer {
  let mutated: Buffer = Buffer.from(frame)
  for (let change = random.below(4); change >= 0; change--) {
    const position = HEADER_BYTES + random.below(Math.max(1, mutated.length - HEADER_BYTES))
    mutated = changeAt(mutated, position, random)
  }
  return resized(mutated)
}

function changeAt(frame: Buffer, position: number, random: SeededNumbers): Buffer {
  const before = frame.subarray(0, position)
  const after = frame.subarray(position)
  switch (random.below(5)) {
    case 0:
      return Buffer.concat([before, Buffer.of(random.below(256)), after.subarray(1)])
    case 1:
      return before
    case 2:
      return Buffer.concat([before, after, after])
    case 3:
      return Buffer.concat([before, random.pick(HUGE_COUNTS), after])
    default:
      return Buffer.concat([
        before,
        Buffer.from(Array.from({ length: random.below(9) }, () => random.below(256))),
        after,
      ])
  }
}

/** The size says the truth: these attacks are about what is inside. */
function resized(frame: Buffer): Buffer {
  const copy = Buffer.from(frame)
  copy.writeInt32BE(copy.length - 4, 0)
  return copy
}

async function shootAll(field: Battlefield, shots: Generator<Shot>): Promise<Damage> {
  const tally = { connections: 0, answered: 0, closed: 0, violations: [] as string[] }
  await Promise.all(Array.from({ length: CONNECTIONS }, () => shooter(field, shots, tally)))
  return tally
}

type Tally = { -readonly [K in keyof Damage]: Damage[K] } & { violations: string[] }

/** One request at a time on one connection, and a new connection whenever that has ended. */
async function shooter(field: Battlefield, shots: Generator<Shot>, tally: Tally): Promise<void> {
  let peer: Peer | undefined
  let correlationId = 0
  for (const shot of shots) {
    if (peer === undefined || peer.isClosed) {
      peer = await Peer.open(field.port)
      tally.connections += 1
    }
    correlationId += 1
    shot.frame.writeInt32BE(correlationId, CORRELATION_ID_AT)
    await peer.send(shot.frame)
    const outcome = await peer.outcome(peer.answered + 1, shot.mayWait ? 2_000 : field.patienceMs)
    if (outcome === 'answered') tally.answered += 1
    else if (outcome === 'closed') tally.closed += 1
    else if (!shot.mayWait) tally.violations.push(`${shot.name}: no answer to ${shot.frame.toString('hex')}`)
    if (outcome === 'answered' && peer.lastAnswer!.readInt32BE(0) !== correlationId) {
      tally.violations.push(`${shot.name}: the answer belongs to another request`)
    }
    if (outcome !== 'answered') {
      peer.close()
      peer = undefined
    }
  }
  peer?.close()
}
