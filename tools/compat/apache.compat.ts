/** Apache Kafka's own tools (4.3.1, from Maven Central) against our broker, and its dump tool against our files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ProcessCluster } from './harness/cluster.ts'
import { type Exit, root, shell } from './harness/process.ts'
import { expectSameLines, writeTextFile } from './harness/text-file.ts'

const LONG_MS = 1_200_000
const apache = (line: string): Promise<Exit> =>
  shell(`${join(root, 'tools/compat/apache/kafka')} tool ${line}`, { deadlineMs: LONG_MS })

let cluster: ProcessCluster
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-apache-'))
  cluster = await ProcessCluster.start()
  await shell(`${join(root, 'tools/compat/apache/kafka')} jars`, { deadlineMs: LONG_MS })
}, LONG_MS)

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('kafka-topics', () => {
  test('--create, --list and --describe agree with ours', async () => {
    const at = `--bootstrap-server ${cluster.bootstrap}`
    const created = await apache(
      `kafka-topics ${at} --create --topic apache --partitions 3 --replication-factor 1 --config retention.ms=1000000`,
    )
    expect(created).toMatchObject({ code: 0, stdout: 'Created topic apache.\n' })
    for (const command of ['--list', '--describe --topic apache']) {
      const theirs = await apache(`kafka-topics ${at} ${command}`)
      const ours = await shell(`kafka-topics ${at} ${command}`)
      expect(theirs).toMatchObject({ code: 0 })
      expect(ours.stdout).toBe(theirs.stdout)
    }
  })

  test('--delete', async () => {
    const at = `--bootstrap-server ${cluster.bootstrap}`
    expect(
      await apache(`kafka-topics ${at} --create --topic gone --partitions 1 --replication-factor 1`),
    ).toMatchObject({ code: 0 })
    expect(await apache(`kafka-topics ${at} --delete --topic gone`)).toMatchObject({ code: 0 })
    expect((await apache(`kafka-topics ${at} --list`)).stdout).not.toContain('gone')
  })

  test('errors read the same', async () => {
    const at = `--bootstrap-server ${cluster.bootstrap}`
    for (const command of [
      '--create --topic apache --partitions 1 --replication-factor 1',
      '--delete --topic no-such-topic',
      '--describe --topic no-such-topic',
      '--create --topic bad/name --partitions 1 --replication-factor 1',
      '--create --topic wide --partitions 1 --replication-factor 3',
    ]) {
      const theirs = await apache(`kafka-topics ${at} ${command}`)
      const ours = await shell(`kafka-topics ${at} ${command}`)
      expect({ command, code: ours.code, stdout: ours.stdout }).toEqual({
        command,
        code: theirs.code,
        stdout: theirs.stdout,
      })
    }
  })
})

test('kafka-producer-perf-test finishes without an error line', async () => {
  const line = `kafka-producer-perf-test --topic apache --num-records 200000 --record-size 1000 --throughput -1 --producer-props bootstrap.servers=${cluster.bootstrap} acks=all`
  const exit = await apache(line)
  expect(exit.code).toBe(0)
  expect(exit.stdout).toContain('200000 records sent')
  expect(`${exit.stdout}${exit.stderr}`).not.toMatch(/exception|error/i)
})

test('kafka-verifiable-producer finishes without an error line', async () => {
  const line = `kafka-verifiable-producer --bootstrap-server ${cluster.bootstrap} --topic apache --max-messages 50000 --throughput -1 --acks -1`
  const exit = await apache(line)
  expect(exit.code).toBe(0)
  const lines = exit.stdout.trim().split('\n')
  expect(lines.filter((text) => text.includes('"producer_send_success"'))).toHaveLength(50_000)
  expect(lines.at(-1)).toMatch(/"acked":50000/)
  expect(`${exit.stdout}${exit.stderr}`).not.toMatch(/producer_send_error|exception/i)
})

test('kafka-get-offsets agrees with ours', async () => {
  for (const time of [-1, -2, -3, 'latest', 'earliest', 'max-timestamp', 0]) {
    const line = `--bootstrap-server ${cluster.bootstrap} --topic apache --time ${time}`
    const theirs = await apache(`kafka-get-offsets ${line}`)
    const ours = await shell(`kafka-get-offsets ${line}`)
    expect({ time, ...ours }).toMatchObject({ time, code: theirs.code, stdout: theirs.stdout })
  }
})

test('kafka-dump-log prints for our files what ours prints', async () => {
  const partition = join(cluster.logDirectory(1), 'apache-0')
  const files = readdirSync(partition)
    .filter((name) => /\.(log|index|timeindex|snapshot)$/.test(name))
    .map((name) => join(partition, name))
  expect(files.length).toBeGreaterThanOrEqual(3)
  for (const file of files) {
    const theirs = await apache(`kafka-dump-log --files ${file} --print-data-log > ${directory}/theirs.txt`)
    const ours = await shell(`kafka-dump-log --files ${file} --print-data-log > ${directory}/ours.txt`, {
      deadlineMs: LONG_MS,
    })
    expect({ file, ours: ours.code, ourErrors: ours.stderr }).toEqual({
      file,
      ours: theirs.code,
      ourErrors: theirs.stderr,
    })
    expect(readFileSync(`${directory}/ours.txt`).equals(readFileSync(`${directory}/theirs.txt`))).toBe(true)
  }
})

test('a file of 100 MB that kcat wrote with lz4 comes back through kafka-console-consumer', async () => {
  const input = join(directory, 'input.txt')
  writeTextFile(input, 100 * 1024 * 1024)
  const at = `--bootstrap-server ${cluster.bootstrap}`
  expect(await shell(`kafka-topics ${at} --create --topic text --partitions 3 --replication-factor 1`)).toMatchObject({
    code: 0,
  })
  expect(
    await shell(`kcat -P -b ${cluster.bootstrap} -t text -z lz4 -l '${input}'`, { deadlineMs: LONG_MS }),
  ).toMatchObject({ code: 0 })
  const output = join(directory, 'output.txt')
  const { stdout } = await shell(`kafka-get-offsets ${at} --topic text`)
  for (const line of stdout.trim().split('\n')) {
    const [topic, partition, end] = line.split(':')
    const consumer = `kafka-console-consumer ${at} --topic ${topic} --partition ${partition} --offset earliest --max-messages ${end}`
    expect(await apache(`${consumer} >> '${output}'`)).toMatchObject({ code: 0 })
  }
  await expectSameLines(input, output)
})
