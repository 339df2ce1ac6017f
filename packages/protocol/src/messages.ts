import { apis } from './apis.ts'
import { ProducerSnapshot } from './data/producer-snapshot.ts'
import { RequestHeader, ResponseHeader } from './headers.ts'
import type { Message } from './schema/message.ts'

const ALL: readonly Message[] = [
  ...[...apis.values()].flatMap((api) => [api.request, api.response]),
  RequestHeader,
  ResponseHeader,
  ProducerSnapshot,
]

/** Every message defined, by Kafka's name for it: for tools and tests that go through all of them. */
export const messages: ReadonlyMap<string, Message> = new Map(ALL.map((message) => [message.name, message]))
