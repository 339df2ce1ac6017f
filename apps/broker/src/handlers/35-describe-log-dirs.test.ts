import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode } from '@ottla/protocol'
import { partitionImage, scriptedCluster, topicImage } from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import { type DescribedDirectory, describeLogDirsHandler } from './35-describe-log-dirs.ts'

const log = (topic: string, partition: number, sizeBytes: number) => ({
  topic,
  partition,
  sizeBytes,
  logEndOffset: 9,
  highWatermark: 5,
})

const LOGS = [log('t', 0, 100), log('u', 3, 7), log('t', 2, 0)]

function directory(absolutePath: string, changes: Partial<DescribedDirectory> = {}): DescribedDirectory {
  const space = async () => ({ totalBytes: 2 ** 40, usableBytes: 5 })
  return { absolutePath, isOffline: false, logs: LOGS, space, ...changes }
}

async function ask(options: {
  readonly directories: readonly DescribedDirectory[]
  readonly topics?: readonly { topic: string; partitions: number[] }[] | null
  readonly version?: number
  readonly allowed?: boolean
}) {
  const { directories: logDirectories, topics = null, version = 5, allowed = true } = options
  const { parts } = await scriptedCluster([topicImage('t', [partitionImage(0)])])
  const security = { authorize: () => allowed, quota: () => 0 }
  const handler = describeLogDirsHandler({ ...parts, security, logDirectories })
  return call({ handler, version, request: { topics } })
}

const described = (partitionIndex: number, partitionSize: number) => ({
  partitionIndex,
  partitionSize,
  offsetLag: 0,
  isFutureKey: false,
})

describe('DescribeLogDirs', () => {
  test('null tells of everything in every directory', async () => {
    const empty = directory('/b', { logs: [] })
    expect(await ask({ directories: [directory('/a'), empty] })).toEqual({
      throttleTimeMs: 0,
      errorCode: 0,
      results: [
        {
          errorCode: 0,
          logDir: '/a',
          topics: [
            { name: 't', partitions: [described(0, 100), described(2, 0)] },
            { name: 'u', partitions: [described(3, 7)] },
          ],
          totalBytes: 2 ** 40,
          usableBytes: 5,
          isCordoned: false,
        },
        { errorCode: 0, logDir: '/b', topics: [], totalBytes: 2 ** 40, usableBytes: 5, isCordoned: false },
      ],
    })
  })

  test.each([1, 2, 3, 4, 5])('version %d tells the sizes of the volume from 4 on', async (version) => {
    const [result] = (await ask({ directories: [directory('/a')], version })).results
    expect(result.topics).toHaveLength(2)
    expect([result.totalBytes, result.usableBytes]).toEqual(version >= 4 ? [2 ** 40, 5] : [-1, -1])
  })

  test('named partitions that lie here are told, the others passed over', async () => {
    const topics = [
      { topic: 't', partitions: [2, 9] },
      { topic: 'nobody', partitions: [0] },
    ]
    const [result] = (await ask({ directories: [directory('/a')], topics })).results
    expect(result.topics).toEqual([{ name: 't', partitions: [described(2, 0)] }])
    expect((await ask({ directories: [directory('/a')], topics: [] })).results[0].topics).toEqual([])
  })

  test('a directory that is offline, or whose volume does not answer, is KAFKA_STORAGE_ERROR; the others are told', async () => {
    const broken = directory('/b', { space: () => Promise.reject(new Error('EIO')) })
    const { results } = await ask({ directories: [directory('/a', { isOffline: true }), broken, directory('/c')] })
    const failed = { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, topics: [], totalBytes: -1, usableBytes: -1 }
    expect(results).toMatchObject([failed, failed, { errorCode: 0, logDir: '/c' }])
  })

  test('without the right to describe the cluster nothing is told', async () => {
    const refused = await ask({ directories: [directory('/a')], allowed: false })
    expect(refused).toMatchObject({ errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, results: [] })
    expect((await ask({ directories: [directory('/a')], allowed: false, version: 2 })).results).toEqual([])
  })
})
