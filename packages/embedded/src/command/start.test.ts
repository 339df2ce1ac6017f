import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLogger } from '@ottla/runtime'
import { type Cluster, type ClusterOptions, startCluster } from '../start-cluster.ts'
import { explain } from './start.ts'

let dir: string
let running: Cluster

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ottla-start-'))
  running = await startCluster({ dir, logger: silentLogger })
})

afterAll(async () => {
  await running.close()
  rmSync(dir, { recursive: true, force: true })
})

async function refusal(options: ClusterOptions): Promise<string> {
  try {
    await using cluster = await startCluster({ logger: silentLogger, ...options })
    return `a cluster at ${cluster.bootstrapServers}`
  } catch (error) {
    return explain(error as Error)
  }
}

test.each([
  ['a broker port that is taken', () => ({ port: running.brokers[0]!.port }), /choose others with --port/],
  [
    'a controller port that is taken',
    () => ({ controllerPort: Number(running.controller.split(':')[1]) }),
    /choose others with --port/,
  ],
  [
    'a metrics port that is taken',
    () => ({ config: { 'metrics.host': '127.0.0.1', 'metrics.port': String(running.brokers[0]!.port) } }),
    /each broker needs one of its own.*--set metrics\.port=0/,
  ],
  ['a directory that is taken', () => ({ dir }), /does a cluster run already\?.*another directory with --dir/],
  [
    'a value that is wrong',
    () => ({ config: { 'num.partitions': 'x' } }),
    /Invalid value x for configuration num\.partitions/,
  ],
])('%s is refused with what to do', async (_, options: () => ClusterOptions, expected) => {
  expect(await refusal(options())).toMatch(expected)
})
