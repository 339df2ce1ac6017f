/**
 * `kill -9` of broker and controller, in any order and together, a hundred times in a row under a load of kcat (librdkafka,
 * idempotent, acks=all): every line that it took is there once, offsets are dense, and the load goes on by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { seededRandom } from '@ottla/runtime/testing'
import { ProcessCluster } from './harness/cluster.ts'
import { KcatLoad } from './harness/kcat-load.ts'
import { eventually, shell } from './harness/process.ts'
import { readPartition } from './harness/records.ts'
import { expectSameLines } from './harness/text-file.ts'

const KILLS = 100
const PARTITIONS = 3
/** A hundred restarts with some seconds of reconnecting each. */
const LONG_MS = 1_800_000

let cluster: ProcessCluster
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-kill-'))
  cluster = await ProcessCluster.start()
  const create = `kafka-topics --bootstrap-server ${cluster.bootstrap} --create --topic load --partitions ${PARTITIONS} --replication-factor 1`
  expect(await shell(create)).toMatchObject({ code: 0 })
}, LONG_MS)

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

const killBroker = () => cluster.broker(1).stop('SIGKILL')
const killController = () => cluster.controllerProcess().stop('SIGKILL')
const startBroker = () => cluster.startBroker(1)
const startController = () => cluster.startController()

/** Every order in which the two can die and come back. */
const SCENES: readonly (readonly (() => Promise<unknown>)[])[] = [
  [killBroker, startBroker],
  [killController, startController],
  [killBroker, killController, startController, startBroker],
  [killController, killBroker, startController, startBroker],
  [killController, killBroker, () => Promise.all([startBroker(), startController()])],
]

test(
  `${KILLS} times`,
  async () => {
    const random = seededRandom(1)
    const input = join(directory, 'input.txt')
    const load = new KcatLoad(cluster.bootstrap, 'load', input)
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await endOffsets()
      await eventually(`the load goes on after kill ${kill}`, async () =>
        sum(await endOffsets()) > sum(before) + 1000 ? true : undefined,
      )
      for (const step of SCENES[random.integer(SCENES.length)]!) await step()
    }
    expect(await load.end()).toBe(0)
    for (let partition = 0; partition < PARTITIONS; partition++) {
      let next = 0
      await readPartition({ broker: cluster.bootstrap, topic: 'load', partition }, ({ offset }) => {
        if (offset !== next) throw new Error(`partition ${partition}: offset ${offset} where ${next} was to come`)
        next++
      })
    }
    const output = join(directory, 'output.txt')
    const consumer = `kcat -C -b ${cluster.bootstrap} -t load -o beginning -e -q > '${output}'`
    expect(await shell(consumer, { deadlineMs: LONG_MS })).toMatchObject({ code: 0 })
    await expectSameLines(input, output)
  },
  LONG_MS,
)

async function endOffsets(): Promise<number[]> {
  const { stdout } = await shell(`kafka-get-offsets --bootstrap-server ${cluster.bootstrap} --topic load`)
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => Number(line.split(':')[2]))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
