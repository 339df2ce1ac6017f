import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MetadataFormatError } from '../metadata/codec.ts'
import { partitionChange } from '../metadata/records.ts'
import {
  type BrokerMessage,
  type ControllerMessage,
  decodeBrokerFrame,
  decodeControllerFrame,
  encodeBrokerFrame,
  encodeControllerFrame,
  type Resignation,
} from './frames.ts'

const BROKER_MESSAGES: readonly BrokerMessage[] = [
  { type: 'hello', protocolVersion: 1, secret: 'ü', chroot: '' },
  {
    type: 'register',
    brokerId: 0,
    incarnationId: 'i',
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: 'h', port: 0 }],
    rack: null,
    features: [{ name: 'f', min: 0, max: 3 }],
    directories: [
      { id: 'd', cleanShutdownEpoch: -1, runEpoch: 2 ** 53 - 1, sameBoot: true, metadataOffset: -1, metadataEpoch: 0 },
    ],
    appliedOffset: -1,
    appliedEpoch: 0,
    staticConfigs: { 'num.partitions': '3' },
  },
  {
    type: 'register',
    brokerId: 2147483647,
    incarnationId: 'i',
    listeners: [],
    rack: '',
    features: [],
    directories: [],
    appliedOffset: 1234567890123,
    appliedEpoch: 7,
    staticConfigs: {},
  },
  { type: 'heartbeat', brokerEpoch: 0, appliedOffset: -1, ready: false, wantsShutdown: true },
  { type: 'forward', apiKey: 19, apiVersion: 7, body: Uint8Array.of(1, 2), principalType: 'User', principalName: 'x' },
  { type: 'allocateProducerIds' },
  { type: 'leave', brokerEpoch: 9 },
  {
    type: 'resign',
    brokerEpoch: 9,
    partitions: [
      { topicId: 'b', partition: 3, leaderEpoch: 7, reason: 'write-failed' },
      { topicId: 'b', partition: 4, leaderEpoch: 0, reason: 'corrupt' },
    ],
  },
]

const CONTROLLER_MESSAGES: readonly ControllerMessage[] = [
  { type: 'welcome', protocolVersion: 1 },
  { type: 'registered', brokerEpoch: 4, warnings: ['careful'], sessionTimeoutMs: 9000 },
  { type: 'alive', fenced: true, mayStop: false },
  { type: 'resigned' },
  { type: 'forwarded', body: new Uint8Array() },
  { type: 'producerIdBlock', first: 1000, count: 1000 },
  { type: 'left' },
  { type: 'failure', code: 41, message: 'no', fatal: true },
  {
    type: 'snapshotChunk',
    offset: 5,
    controllerEpoch: 2,
    records: [{ type: 'topic', name: 'a', id: 'b' }],
    last: true,
  },
  {
    type: 'metadataBatch',
    batch: { baseOffset: 6, controllerEpoch: 2, records: [partitionChange('b', 0, { leader: -1, isr: [] })] },
  },
]

/** Decoded bytes are views, of a Buffer in Node: compared by content. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Uint8Array ? [...v] : v)))
const bytesOf = (message: BrokerMessage | ControllerMessage) => ('body' in message ? [...message.body] : [])

const RESIGNATION = { topicId: 'b', partition: 0, leaderEpoch: 0, reason: 'corrupt' } as const

function frameOf(resignation: Resignation): Uint8Array {
  const message = { type: 'resign', brokerEpoch: 9, partitions: [resignation] } as const
  return encodeBrokerFrame({ correlationId: 1, clusterId: '', message })
}

describe('frames', () => {
  test.each(BROKER_MESSAGES.map((message) => [message.type, message] as const))('%s', (_, message) => {
    const frame = { correlationId: 3, clusterId: 'c', message }
    const decoded = decodeBrokerFrame(encodeBrokerFrame(frame))
    expect(bytesOf(decoded.message)).toEqual(bytesOf(message))
    expect(plain({ ...decoded.message, body: null })).toEqual(plain({ ...message, body: null }))
    expect([decoded.correlationId, decoded.clusterId]).toEqual([3, 'c'])
  })

  test.each(CONTROLLER_MESSAGES.map((message) => [message.type, message] as const))('%s', (_, message) => {
    const frame = { correlationId: 0, clusterId: 'c', controllerEpoch: 2, metadataOffset: -1, message }
    const decoded = decodeControllerFrame(encodeControllerFrame(frame))
    expect(bytesOf(decoded.message)).toEqual(bytesOf(message))
    expect(plain({ ...decoded, message: { ...decoded.message, body: null } })).toEqual(
      plain({ ...frame, message: { ...message, body: null } }),
    )
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['no correlation id', encodeBrokerFrame({ correlationId: 0, clusterId: '', message: BROKER_MESSAGES[0]! })],
    ['a resignation for another reason', frameOf({ ...RESIGNATION, reason: 'tired' as 'corrupt' })],
    ['noise', Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f)],
  ])('%s is no frame of a broker', (_, bytes) => {
    expect(() => decodeBrokerFrame(bytes)).toThrow(MetadataFormatError)
  })

  test('any bytes are a frame or a MetadataFormatError', () => {
    const samples = BROKER_MESSAGES.map((message) => encodeBrokerFrame({ correlationId: 1, clusterId: 'c', message }))
    const mutated = fc
      .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat())
      .map(([sample, changes, cut]) => {
        const bytes = sample.slice(0, sample.length - (cut % 3 === 0 ? cut % sample.length : 0))
        for (const [position, value] of changes) if (bytes.length > 0) bytes[position % bytes.length] = value
        return bytes
      })
    fc.assert(
      fc.property(mutated, (bytes) => {
        for (const decode of [decodeBrokerFrame, decodeControllerFrame]) {
          try {
            decode(bytes)
          } catch (error) {
            expect(error).toBeInstanceOf(MetadataFormatError)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})
