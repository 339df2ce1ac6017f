/**
 * Consumers of many clients share groups, in both protocols and in both at once, on three brokers under load: `pnpm compat groups`
 * (options: groups/options.ts). The verdict is made from the lines that the consumers print.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Admin } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { seededRandom } from '@ottla/runtime/testing'
import { startGroupCluster } from './groups/cluster.ts'
import { optionsOfEnvironment } from './groups/options.ts'
import { Scenario } from './groups/scenario.ts'
import { faults, table } from './groups/verdict.ts'
import { installConfluent } from './pairs/confluent.ts'

const LONG_MS = 3_600_000
const say = (line: string) => process.stdout.write(`${line}\n`)

test(
  'every record is handled, in graceful changes none twice',
  async () => {
    const { minutes, seed, plans, against, recordsPerSecond, keep } = optionsOfEnvironment()
    await installConfluent()
    const directory = mkdtempSync(join(tmpdir(), 'ottla-groups-'))
    await using cluster = await startGroupCluster(against)
    await using admin = new Admin(nodeRuntime({ logger: silentLogger }), { bootstrapServers: cluster.bootstrap })
    say(
      `${cluster.name}, seed ${seed}, ${minutes} minutes, ${plans.map(({ id }) => id).join(' ')}; lines in ${directory}`,
    )
    const scenario = new Scenario({
      ...{ cluster, admin, directory, plans, recordsPerSecond, report: say, brokersGo: true },
      random: seededRandom(seed),
      durationMs: minutes * 60_000,
      sessionTimeoutMs: 10_000,
      heartbeatMs: 1000,
    })
    try {
      await scenario.run()
    } finally {
      await scenario.close()
      say(table(scenario.groups, scenario.phases))
      say(faults(scenario.groups, scenario.phases).join('\n'))
    }
    const wrong = faults(scenario.groups, scenario.phases)
    if (wrong.length === 0 && !keep) rmSync(directory, { recursive: true, force: true })
    expect(wrong).toEqual([])
  },
  LONG_MS,
)
