/** Topic names that would be paths, through every request that may create a topic. */
import {
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  MetadataRequest,
  MetadataResponse,
  ProduceRequest,
  ProduceResponse,
} from '@ottla/protocol'
import type { Attack, Damage } from '../attack.ts'
import { call, createTopic } from '../calls.ts'
import { Peer } from '../peer.ts'

const NAMES = [
  '',
  '.',
  '..',
  '../escaped',
  '../../escaped',
  '/tmp/escaped',
  'a/b',
  'a\\b',
  'a\u0000b',
  '..\u0000',
  '\u0000',
  'a\nb',
  'con:1',
  'ünïcode',
  '\ud83d\ude00',
  'a'.repeat(250),
  'a'.repeat(32_767),
  '%2e%2e%2fescaped',
]

const DELETE = { request: DeleteTopicsRequest, response: DeleteTopicsResponse, version: 4 }
const METADATA = { request: MetadataRequest, response: MetadataResponse, version: 4 }
const PRODUCE = { request: ProduceRequest, response: ProduceResponse, version: 9 }

export const badNames: Attack = {
  name: 'topic names with .., / and NUL',
  async run(field) {
    const violations: string[] = []
    const tally = { connections: 1, answered: 0, closed: 0 }
    let peer = await Peer.open(field.port)
    for (const name of NAMES) {
      for (const [what, ask] of Object.entries(questions(name))) {
        if (peer.isClosed) {
          peer = await Peer.open(field.port)
          tally.connections += 1
        }
        try {
          const errorCode = await ask(peer)
          tally.answered += 1
          if (errorCode === 0) violations.push(`${what} took the topic name ${JSON.stringify(name.slice(0, 40))}`)
        } catch (error) {
          tally.closed += 1
          if (!peer.isClosed)
            violations.push(`${what} of ${JSON.stringify(name.slice(0, 40))}: ${(error as Error).message}`)
        }
      }
    }
    peer.close()
    return { ...tally, violations } satisfies Damage
  },
}

/** Each answers with the error code that the broker gave. */
function questions(name: string): Readonly<Record<string, (peer: Peer) => Promise<number>>> {
  return {
    CreateTopics: (peer) => createTopic(peer, name),
    async Metadata(peer) {
      const { topics } = await call(peer, METADATA, { topics: [{ name }], allowAutoTopicCreation: true })
      return topics[0]!.errorCode
    },
    async DeleteTopics(peer) {
      const { responses } = await call(peer, DELETE, { topicNames: [name], timeoutMs: 10_000 })
      return responses[0]!.errorCode
    },
    async Produce(peer) {
      const topicData = [{ name, partitionData: [{ index: 0, records: Buffer.alloc(100) }] }]
      const asked = { transactionalId: null, acks: 1, timeoutMs: 1_000, topicData }
      const { responses } = await call(peer, PRODUCE, asked)
      return responses[0]!.partitionResponses[0]!.errorCode
    },
  }
}
