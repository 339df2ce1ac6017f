/** A short part of `pnpm compat groups`: kafkajs and our consumer in one group, ours in one of the new protocol; nothing happens to brokers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Admin } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { seededRandom } from '@ottla/runtime/testing'
import { startGroupCluster } from './cluster.ts'
import type { GroupPlan } from './group.ts'
import { TOPIC } from './plans.ts'
import { Scenario } from './scenario.ts'
import { faults, table } from './verdict.ts'

const LONG_MS = 600_000
const PLANS: readonly GroupPlan[] = [
  {
    id: 'classic',
    topic: TOPIC,
    chairs: [
      { kind: 'ottla', protocol: 'classic', count: 2 },
      { kind: 'kafkajs', protocol: 'classic', count: 2 },
    ],
  },
  { id: 'modern-pattern', topic: '^load.*', chairs: [{ kind: 'ottla', protocol: 'consumer', count: 3 }] },
]

test(
  'members come, go and are killed while their topics grow: every record is handled, in graceful changes none twice',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ottla-groups-'))
    await using cluster = await startGroupCluster('ottla')
    await using admin = new Admin(nodeRuntime({ logger: silentLogger }), { bootstrapServers: cluster.bootstrap })
    const lines: string[] = []
    const scenario = new Scenario({
      ...{ cluster, admin, directory, plans: PLANS, brokersGo: false },
      ...{ durationMs: 12_000, recordsPerSecond: 40, sessionTimeoutMs: 10_000, heartbeatMs: 1000 },
      random: seededRandom(1),
      report: (line) => lines.push(line),
    })
    try {
      await scenario.run()
    } catch (error) {
      throw new Error([...lines, table(scenario.groups, scenario.phases)].join('\n'), { cause: error })
    } finally {
      await scenario.close()
      rmSync(directory, { recursive: true, force: true })
    }
    expect(faults(scenario.groups, scenario.phases)).toEqual([])
    for (const { history } of scenario.groups) expect(history.values.size).toBeGreaterThan(500)
  },
  LONG_MS,
)
