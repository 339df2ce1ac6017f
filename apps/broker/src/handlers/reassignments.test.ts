import { describe, expect, test } from '@jest/globals'
import {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
  ApiKey,
  decodeMessage,
  ErrorCode,
  encodeMessage,
  KafkaError,
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
  UnregisterBrokerRequest,
  UnregisterBrokerResponse,
} from '@ottla/protocol'
import { CloseConnection, type ForwardOptions } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { contextOf, type FrontOptions, frontParts } from '../testing/front.ts'
import { alterPartitionReassignmentsHandler } from './45-alter-partition-reassignments.ts'
import { listPartitionReassignmentsHandler } from './46-list-partition-reassignments.ts'
import { unregisterBrokerHandler } from './64-unregister-broker.ts'

const lost = () => Promise.reject(new KafkaError('REQUEST_TIMED_OUT', 'no controller answered'))

/** Everything but this operation on the cluster. */
const without = (denied: string): FrontOptions => ({
  security: { ...allowAll, authorize: (_, operation, { type }) => operation !== denied || type !== 'cluster' },
})

const FAILURES: [string, FrontOptions, number][] = [
  ['no controller', { forward: lost }, ErrorCode.REQUEST_TIMED_OUT],
  ['not allowed to alter', without('ALTER'), ErrorCode.CLUSTER_AUTHORIZATION_FAILED],
]

describe('AlterPartitionReassignments', () => {
  async function alter(version: number, options: FrontOptions) {
    const partitions = [
      { partitionIndex: 0, replicas: [2, 3] },
      { partitionIndex: 1, replicas: null },
    ]
    const request = { timeoutMs: 700, allowReplicationFactorChange: version === 0, topics: [{ name: 'a', partitions }] }
    const handler = alterPartitionReassignmentsHandler(frontParts(options))
    const answer = await handler.handle(contextOf(ApiKey.AlterPartitionReassignments, version), request)
    const body = encodeMessage(AlterPartitionReassignmentsResponse, version, answer!)
    return decodeMessage(AlterPartitionReassignmentsResponse, version, body)
  }

  test.each([0, 1])('version %i goes to the controller and comes back', async (version) => {
    const forward = async ({ apiVersion, body, timeoutMs }: ForwardOptions) => {
      const asked = decodeMessage(AlterPartitionReassignmentsRequest, apiVersion, body)
      expect([timeoutMs, asked.allowReplicationFactorChange]).toEqual([700, version === 0])
      const responses = asked.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, replicas }) => ({
          partitionIndex,
          errorCode: replicas === null ? ErrorCode.NO_REASSIGNMENT_IN_PROGRESS : ErrorCode.NONE,
          errorMessage: null,
        })),
      }))
      const done = { throttleTimeMs: 0, errorCode: 0, errorMessage: null, responses }
      return encodeMessage(AlterPartitionReassignmentsResponse, apiVersion, done)
    }
    const { responses } = await alter(version, { forward })
    expect(responses[0]!.partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])).toEqual([
      [0, ErrorCode.NONE],
      [1, ErrorCode.NO_REASSIGNMENT_IN_PROGRESS],
    ])
  })

  test.each(FAILURES)('%s: the request and each partition say so', async (_what, options, code) => {
    const { errorCode, errorMessage, responses } = await alter(1, options)
    expect([errorCode, typeof errorMessage]).toEqual([code, 'string'])
    expect(responses[0]!.partitions.map((partition) => partition.errorCode)).toEqual([code, code])
  })
})

describe('ListPartitionReassignments', () => {
  async function list(topics: ListPartitionReassignmentsRequest['topics'], options: FrontOptions) {
    const handler = listPartitionReassignmentsHandler(frontParts(options))
    const context = contextOf(ApiKey.ListPartitionReassignments, 0)
    const body = encodeMessage(
      ListPartitionReassignmentsResponse,
      0,
      (await handler.handle(context, { timeoutMs: 1, topics }))!,
    )
    return decodeMessage(ListPartitionReassignmentsResponse, 0, body)
  }

  test.each([[null], [[{ name: 'a', partitionIndexes: [0] }]]])('%j goes to the controller', async (topics) => {
    const partitions = [{ partitionIndex: 0, replicas: [2, 1], addingReplicas: [2], removingReplicas: [1] }]
    const answer = { throttleTimeMs: 0, errorCode: 0, errorMessage: null, topics: [{ name: 'a', partitions }] }
    const forward = async ({ apiVersion, body }: ForwardOptions) => {
      expect(decodeMessage(ListPartitionReassignmentsRequest, apiVersion, body).topics).toEqual(topics)
      return encodeMessage(ListPartitionReassignmentsResponse, apiVersion, answer)
    }
    expect(await list(topics, { forward })).toEqual(answer)
  })

  test.each<[string, FrontOptions, number]>([
    ['no controller', { forward: lost }, ErrorCode.REQUEST_TIMED_OUT],
    ['not allowed to describe', without('DESCRIBE'), ErrorCode.CLUSTER_AUTHORIZATION_FAILED],
  ])('%s', async (_what, options, errorCode) => {
    expect(await list(null, options)).toMatchObject({ errorCode, topics: [] })
  })
})

describe('UnregisterBroker', () => {
  async function unregister(options: FrontOptions) {
    const handler = unregisterBrokerHandler(frontParts(options))
    const answer = await handler.handle(contextOf(ApiKey.UnregisterBroker, 0), { brokerId: 7 })
    return decodeMessage(UnregisterBrokerResponse, 0, encodeMessage(UnregisterBrokerResponse, 0, answer!))
  }

  test('goes to the controller and comes back', async () => {
    const answer = { throttleTimeMs: 0, errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED, errorMessage: 'who?' }
    const forward = async ({ apiVersion, body }: ForwardOptions) => {
      expect(decodeMessage(UnregisterBrokerRequest, apiVersion, body)).toEqual({ brokerId: 7 })
      return encodeMessage(UnregisterBrokerResponse, apiVersion, answer)
    }
    expect(await unregister({ forward })).toEqual(answer)
  })

  test.each(FAILURES)('%s', async (_what, options, errorCode) => {
    expect(await unregister(options)).toMatchObject({ errorCode, errorMessage: expect.any(String) })
  })
})

describe('a request that names more than can be meant ends its connection', () => {
  const many = Array.from({ length: 100_001 }, (_, index) => index)
  const context = contextOf(ApiKey.AlterPartitionReassignments, 1)
  const parts = frontParts({})

  test.each<[string, () => unknown]>([
    [
      'AlterPartitionReassignments',
      () => {
        const partitions = many.map((partitionIndex) => ({ partitionIndex, replicas: null }))
        const topics = [{ name: 'a', partitions }]
        const request = { timeoutMs: 1, allowReplicationFactorChange: true, topics }
        return alterPartitionReassignmentsHandler(parts).handle(context, request)
      },
    ],
    [
      'ListPartitionReassignments',
      () => {
        const topics = [{ name: 'a', partitionIndexes: many }]
        return listPartitionReassignmentsHandler(parts).handle(context, { timeoutMs: 1, topics })
      },
    ],
  ])('%s', async (_name, handle) => {
    await expect(Promise.resolve().then(handle)).rejects.toThrow(CloseConnection)
  })
})
