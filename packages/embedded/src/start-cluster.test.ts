import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Admin, OFFSET_SPEC, type Outcome, unwrap } from '@ottla/client'
import { openConnection } from '@ottla/client/internal'
import { encodeBatch, ProduceRequest, ProduceResponse } from '@ottla/protocol'
import type { Runtime } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { MemoryDisk } from '@ottla/runtime/testing'
import { type Cluster, requireNode, startCluster } from './start-cluster.ts'

test('a Node.js that is too old is named before anything starts', () => {
  expect(() => requireNode('20.20.2')).toThrow('ottla needs Node.js 22.15 or newer; this is 20.20.2')
  expect(() => requireNode('22.14.0')).toThrow('22.14.0')
  expect(() => requireNode('22.15.0')).not.toThrow()
  expect(() => requireNode('24.0.0')).not.toThrow()
})

function admin(cluster: Cluster): Admin {
  return new Admin(nodeRuntime(), { bootstrapServers: cluster.bootstrapServers })
}

async function produce(cluster: Cluster, topic: string, text: string): Promise<number> {
  const { host, port } = cluster.brokers[0]!
  await using connection = await openConnection(nodeRuntime(), { host, port })
  const records = encodeBatch({ records: [{ key: null, value: new TextEncoder().encode(text), timestamp: 1 }] })
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
  const api = { request: ProduceRequest, response: ProduceResponse }
  const answer = await connection.send(api, { acks: -1, timeoutMs: 30_000, topicData }, { versions: { max: 12 } })
  const { errorCode, baseOffset } = answer.responses[0]!.partitionResponses[0]!
  expect(errorCode).toBe(0)
  return baseOffset
}

describe('startCluster', () => {
  test('in memory: a broker that serves as soon as it has resolved', async () => {
    await using cluster = await startCluster()
    await using client = admin(cluster)
    unwrap((await client.createTopics([{ name: 'first', numPartitions: 1 }])).get('first')!)
    expect(await produce(cluster, 'first', 'light')).toBe(0)
    expect(await produce(cluster, 'first', 'again')).toBe(1)
    const [latest] = await client.listOffsets([{ topic: 'first', partition: 0, timestamp: OFFSET_SPEC.latest }])
    expect(unwrap(latest!.outcome).offset).toBe(2)
  })

  test('several brokers share the partitions of a topic', async () => {
    await using cluster = await startCluster({ brokers: 3 })
    expect(cluster.bootstrapServers.split(',')).toHaveLength(3)
    await using client = admin(cluster)
    unwrap((await client.createTopics([{ name: 'spread', numPartitions: 3 }])).get('spread')!)
    const { partitions } = unwrap((await client.describeTopics(['spread'])).get('spread')!)
    expect(new Set(partitions.map(({ leader }) => leader))).toEqual(new Set([1, 2, 3]))
  })

  test('in a directory: the next cluster finds the topics, the records and its id', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ottla-embedded-'))
    try {
      await using first = await startCluster({ dir })
      await using client = admin(first)
      unwrap((await client.createTopics([{ name: 'kept', numPartitions: 1 }])).get('kept')!)
      await produce(first, 'kept', 'record')
      await first.close()
      await using second = await startCluster({ dir })
      expect(second.clusterId).toBe(first.clusterId)
      expect(await produce(second, 'kept', 'record')).toBe(1)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

  test('a port that is taken rejects and leaves nothing running', async () => {
    await using cluster = await startCluster()
    const { port } = cluster.brokers[0]!
    await expect(startCluster({ port })).rejects.toThrow(String(port))
    await expect(startCluster({ brokers: 0 })).rejects.toThrow('brokers is 0')
  })

  test('configuration reaches the brokers, and what is wrong with it is said', async () => {
    await using cluster = await startCluster({ config: { 'num.partitions': '7' } })
    await using client = admin(cluster)
    unwrap((await client.createTopics([{ name: 'wide' }])).get('wide')!)
    expect(unwrap((await client.describeTopics(['wide'])).get('wide')!).partitions).toHaveLength(7)
    await expect(startCluster({ config: { 'num.partitions': '0' } })).rejects.toThrow('num.partitions')
  })

  test('whatever the brokers listen on, the controller stays on this machine', async () => {
    const config = { 'advertised.listeners': 'PLAINTEXT://127.0.0.1:0' }
    await using cluster = await startCluster({ host: '0.0.0.0', config })
    expect(cluster.controller).toMatch(/^127\.0\.0\.1:\d+$/)
    await using client = admin(cluster)
    expect(await client.listTopics()).toEqual([])
  })

  test('a controller that cannot write its metadata ends and is started again', async () => {
    const disk = new MemoryDisk()
    const runtime: Runtime = { ...nodeRuntime(), disk }
    await using cluster = await startCluster({ runtime })
    await using client = admin(cluster)
    disk.failNext({ operation: 'sync', path: /controller/, code: 'EIO' })
    const first = (await client.createTopics([{ name: 'doubtful' }])).get('doubtful')!
    expect(first).toMatchObject({ ok: false, error: { errorName: 'REQUEST_TIMED_OUT' } })
    // The answer may still be that of the controller that ends; its successor carries the change out.
    let later = await client.createTopics([{ name: 'later' }])
    while (isRetriable(later.get('later')!)) later = await client.createTopics([{ name: 'later' }])
    expect((await client.listTopics()).map(({ name }) => name)).toContain('later')
  })
})

function isRetriable(outcome: Outcome<unknown>): boolean {
  return !outcome.ok && outcome.error.retriable
}
