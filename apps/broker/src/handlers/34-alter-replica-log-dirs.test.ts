import { expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode } from '@ottla/protocol'
import { partitionImage, scriptedCluster, topicImage } from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import { alterReplicaLogDirsHandler } from './34-alter-replica-log-dirs.ts'

const DIRECTORIES = [
  { absolutePath: '/a', isOffline: false, logs: [{ topic: 't', partition: 0 }] },
  { absolutePath: '/b', isOffline: false, logs: [{ topic: 't', partition: 1 }] },
  { absolutePath: '/c', isOffline: true, logs: [] },
]

async function ask(path: string, partition: number, allowed = true) {
  const { parts } = await scriptedCluster([topicImage('t', [partitionImage(0)])])
  const security = { authorize: () => allowed, quota: () => 0 }
  const handler = alterReplicaLogDirsHandler({ ...parts, security, logDirectories: DIRECTORIES })
  const request = { dirs: [{ path, topics: [{ name: 't', partitions: [partition] }] }] }
  return call({ handler, version: 2, request })
}

test.each([
  ['/a', 0, 'NONE'],
  ['/b', 0, 'INVALID_REQUEST'],
  ['/b', 1, 'NONE'],
  ['/a', 7, 'REPLICA_NOT_AVAILABLE'],
  ['/c', 0, 'KAFKA_STORAGE_ERROR'],
  ['/nowhere', 0, 'LOG_DIR_NOT_FOUND'],
] as const)('%s for partition %d: %s', async (path, partitionIndex, error) => {
  expect(await ask(path, partitionIndex)).toEqual({
    throttleTimeMs: 0,
    results: [{ topicName: 't', partitions: [{ partitionIndex, errorCode: ErrorCode[error] }] }],
  })
})

test('who may not alter the cluster is refused', async () => {
  const { results } = await ask('/a', 0, false)
  expect(results[0].partitions[0].errorCode).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
})
