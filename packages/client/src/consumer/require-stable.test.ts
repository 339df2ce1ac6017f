import { afterEach, expect, test } from '@jest/globals'
import { ApiKey, FindCoordinatorResponse, MetadataResponse, OffsetFetchResponse } from '@ottla/protocol'
import { testRuntime } from '@ottla/runtime/testing'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../testing/scripted-broker.ts'
import { Consumer } from './consumer.ts'
import type { IsolationLevel } from './options.ts'

let broker: ScriptedBroker

afterEach(() => broker.close())

function react({ apiKey, body }: SeenRequest): Reaction {
  const at = { nodeId: 1, host: '127.0.0.1', port: broker.port }
  switch (apiKey) {
    case ApiKey.Metadata:
      return answer(MetadataResponse, { brokers: [at], topics: [] })
    case ApiKey.FindCoordinator:
      return answer(FindCoordinatorResponse, {
        coordinators: body.coordinatorKeys.map((key: string) => ({ ...at, key, errorCode: 0, errorMessage: null })),
      })
    default:
      return answer(OffsetFetchResponse, { groups: [{ groupId: 'g', topics: [], errorCode: 0 }] })
  }
}

test.each<[IsolationLevel, boolean]>([
  ['read_committed', true],
  ['read_uncommitted', false],
])('isolation.level=%s asks for stable offsets: %s', async (isolationLevel, expected) => {
  const world = testRuntime()
  const asked: unknown[] = []
  broker = await scriptedBroker(world.net, (request) => {
    if (request.apiKey === ApiKey.OffsetFetch) asked.push(request.body.requireStable)
    return react(request)
  })
  const consumer = new Consumer(world, { bootstrapServers: `127.0.0.1:${broker.port}`, groupId: 'g', isolationLevel })
  const committed = consumer.committed([{ topic: 't', partition: 0 }])
  await world.clock.advance(1_000)
  expect([await committed, asked]).toEqual([[], [expected]])
  const closed = consumer.close()
  await world.clock.advance(1_000)
  await closed
})
