import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import {
  decodeMessage,
  ErrorCode,
  encodeMessage,
  type InferInput,
  InitProducerIdRequest,
  InitProducerIdResponse,
  KafkaError,
} from '@ottla/protocol'
import { type ScriptedCluster, scriptedCluster, scriptedContext } from '../partitions/testing/scripted-cluster.ts'
import { initProducerIdHandler } from './22-init-producer-id.ts'

type Input = InferInput<typeof InitProducerIdRequest>

const IDEMPOTENT: Input = { transactionalId: null, transactionTimeoutMs: 0 }

function caller(cluster: ScriptedCluster) {
  const handler = initProducerIdHandler(cluster.parts)
  return async (request: Input, version = 5) => {
    const decoded = decodeMessage(
      InitProducerIdRequest,
      version,
      encodeMessage(InitProducerIdRequest, version, request),
    )
    const response = await handler.handle(scriptedContext({ apiKey: 22, apiVersion: version }), decoded)
    return decodeMessage(InitProducerIdResponse, version, encodeMessage(InitProducerIdResponse, version, response!))
  }
}

describe('InitProducerId', () => {
  test('every version gives a fresh id with epoch 0', async () => {
    const call = caller(await scriptedCluster([]))
    const versions = [0, 1, 2, 3, 4, 5]
    const answers = await Promise.all(versions.map((version) => call(IDEMPOTENT, version)))
    expect(new Set(answers.map(({ producerId }) => producerId)).size).toBe(versions.length)
    expect(answers.every(({ errorCode, producerEpoch }) => errorCode === 0 && producerEpoch === 0)).toBe(true)
  })

  test('a producer that names its old id and epoch gets a fresh id (KIP-360)', async () => {
    const cluster = await scriptedCluster([])
    const call = caller(cluster)
    const { producerId } = await call(IDEMPOTENT)
    const again = await call({ ...IDEMPOTENT, producerId, producerEpoch: 0 })
    expect(again).toMatchObject({ errorCode: 0, producerId: producerId + 1, producerEpoch: 0 })
    expect(cluster.session.allocations).toBe(1)
    expect(await call({ ...IDEMPOTENT, producerId })).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST })
  })

  test('transactional ids have no coordinator here', async () => {
    const cluster = await scriptedCluster([])
    const call = caller(cluster)
    expect(await call({ ...IDEMPOTENT, transactionalId: 'tx' })).toMatchObject({
      errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE,
      producerId: -1,
      producerEpoch: -1,
    })
    expect((await call({ ...IDEMPOTENT, transactionalId: '' })).errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })

  test('asks for permission', async () => {
    const cluster = await scriptedCluster([])
    cluster.parts.security = { authorize: () => false, quota: () => 0 }
    const call = caller(cluster)
    expect((await call(IDEMPOTENT)).errorCode).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
    const transactional = await call({ ...IDEMPOTENT, transactionalId: 'tx' })
    expect(transactional.errorCode).toBe(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
  })

  test('without a controller the error is one that producers try again', async () => {
    const cluster = await scriptedCluster([])
    const call = caller(cluster)
    cluster.session.allocate = () => Promise.reject(new KafkaError('REQUEST_TIMED_OUT'))
    expect((await call(IDEMPOTENT)).errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT)
    cluster.session.allocate = () => Promise.reject(new Error('broken'))
    expect((await call(IDEMPOTENT)).errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    cluster.session.allocate = undefined
    expect((await call(IDEMPOTENT)).errorCode).toBe(0)
  })
})
