/**
 * The command lines that users of Kafka have in their notes, typed as they stand there: only hosts, ports and directories are
 * replaced. One test per line.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freePorts, ProcessCluster } from './harness/cluster.ts'
import { type Exit, eventually, Server, shell } from './harness/process.ts'
import { produceText } from './harness/records.ts'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await ProcessCluster.start()
}, 120_000)

afterAll(() => cluster?.[Symbol.asyncDispose]())

const controller = () => cluster.controller
const broker = () => cluster.bootstrap

async function succeeds(line: string): Promise<Exit> {
  const exit = await shell(line)
  expect({ line, ...exit }).toMatchObject({ code: 0 })
  return exit
}

describe('kafka-topics', () => {
  test('--create --zookeeper', async () => {
    const { stdout } = await succeeds(
      `kafka-topics --create --partitions 3 --replication-factor 1  --zookeeper ${controller()} --topic test-demo`,
    )
    expect(stdout).toBe('Created topic test-demo.\n')
  })

  test('--describe --zookeeper | grep: a line for the topic and one for each partition, without colour', async () => {
    const { stdout } = await succeeds(`kafka-topics --describe  --zookeeper ${controller()} | grep test-demo`)
    const lines = stdout.split('\n').slice(0, -1)
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(
      /^Topic: test-demo\tTopicId: [\w-]{22}\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: $/,
    )
    for (const partition of [0, 1, 2]) {
      expect(lines[partition + 1]).toBe(
        `\tTopic: test-demo\tPartition: ${partition}\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: `,
      )
    }
  })

  test('--list --zookeeper', async () => {
    expect((await succeeds(`kafka-topics --list --zookeeper ${controller()}`)).stdout).toBe('test-demo\n')
  })

  test('--delete --topic --zookeeper: the topic and its files go', async () => {
    await succeeds(
      `kafka-topics --create --topic test --partitions 1 --replication-factor 1 --zookeeper ${controller()}`,
    )
    await succeeds(`kafka-topics --delete --topic test --zookeeper ${controller()}`)
    expect((await succeeds(`kafka-topics --list --zookeeper ${controller()}`)).stdout).toBe('test-demo\n')
    await eventually('the directory is renamed or gone', async () =>
      readdirSync(cluster.logDirectory(1)).includes('test-0') ? undefined : true,
    )
  })

  test('--zookeeper tries its hosts in turn', async () => {
    const { stdout } = await succeeds(`kafka-topics --list --zookeeper 127.0.0.1:1,${controller()}`)
    expect(stdout).toBe('test-demo\n')
  })

  test('--zookeeper with a chroot that is not this cluster is refused, naming it', async () => {
    const exit = await shell(`kafka-topics --list --zookeeper ${controller()}/elsewhere`)
    expect(exit.code).not.toBe(0)
    expect(exit.stdout + exit.stderr).toContain('/elsewhere')
  })
})

describe('after 4, 2 and 2 records', () => {
  beforeAll(async () => {
    for (const [partition, count] of [4, 2, 2].entries()) {
      const records = Array.from({ length: count }, (_, index) => `k${index}:v${partition}-${index}`)
      await produceText({ broker: broker(), topic: 'test-demo', partition }, records)
    }
  }, 120_000)

  const offsets = 'test-demo:0:4\ntest-demo:1:2\ntest-demo:2:2\n'

  test.each(['kafka-run-class', 'kafka-run-class.sh', './node_modules/.bin/kafka-run-class'])(
    '%s kafka.tools.GetOffsetShell --broker-list --topic --time -1',
    async (program) => {
      const line = `${program} kafka.tools.GetOffsetShell --broker-list ${broker()} --topic test-demo --time -1`
      expect((await succeeds(line)).stdout).toBe(offsets)
    },
  )

  test.each(['kafka-get-offsets --bootstrap-server', 'get-offset-shell --broker-list'])('%s', async (start) => {
    expect((await succeeds(`${start} ${broker()} --topic test-demo`)).stdout).toBe(offsets)
    expect((await succeeds(`${start} ${broker()} --topic test-demo --time -2`)).stdout).toBe(
      offsets.replace(/\d\n/g, '0\n'),
    )
  })

  test('kafka-run-class kafka.tools.DumpLogSegments --files LOG --print-data-log', async () => {
    const file = join(cluster.logDirectory(1), 'test-demo-1/00000000000000000000.log')
    const { stdout } = await succeeds(`kafka-run-class kafka.tools.DumpLogSegments --files ${file} --print-data-log`)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 2)).toEqual([`Dumping ${file}`, 'Log starting offset: 0'])
    expect(lines.filter((line) => line.startsWith('|')).map((line) => line.replace(/.* key: /, ''))).toEqual([
      'k0 payload: v1-0',
      'k1 payload: v1-1',
    ])
    expect(stdout).toMatch(/baseOffset: 0 .* isvalid: true/)
  })

  test('kafka-run-class kafka.tools.DumpLogSegments --files INDEX, and several files, comma separated', async () => {
    const directory = join(cluster.logDirectory(1), 'test-demo-1')
    const index = join(directory, '00000000000000000000.index')
    const times = join(directory, '00000000000000000000.timeindex')
    expect((await succeeds(`kafka-run-class kafka.tools.DumpLogSegments --files ${index}`)).stdout).toContain(
      `Dumping ${index}`,
    )
    const { stdout } = await succeeds(`dump-log-segments --files ${index},${times}`)
    expect(stdout.split('\n').filter((line) => line.startsWith('Dumping '))).toEqual([
      `Dumping ${index}`,
      `Dumping ${times}`,
    ])
  })
})

describe('kafka-topics --alter --zookeeper', () => {
  const alter = () => `kafka-topics --zookeeper ${controller()} --alter --topic my_topic_name`

  beforeAll(async () => {
    await succeeds(
      `kafka-topics --create --partitions 1 --replication-factor 1 --zookeeper ${controller()} --topic my_topic_name`,
    )
  }, 120_000)

  async function refused(line: string): Promise<string> {
    const exit = await shell(line)
    expect({ line, ...exit }).toMatchObject({ code: 1 })
    return exit.stdout + exit.stderr
  }

  async function described(): Promise<string> {
    return (await succeeds(`kafka-topics --describe --zookeeper ${controller()} --topic my_topic_name`)).stdout
  }

  test('--partitions 3', async () => {
    expect((await succeeds(`${alter()} --partitions 3`)).stdout).toBe('')
    expect(await described()).toMatch(/PartitionCount: 3\t[\s\S]*Partition: 2\tLeader: 1/)
  })

  test('fewer partitions are refused', async () => {
    expect(await refused(`${alter()} --partitions 2`)).toContain(
      'The topic my_topic_name currently has 3 partition(s); 2 would not be an increase.',
    )
  })

  test('more replicas than brokers are refused', async () => {
    const line = `kafka-topics --create --partitions 1 --replication-factor 2 --zookeeper ${controller()} --topic wide`
    expect(await refused(line)).toMatch(/replicate the partition 2 time\(s\)[\s\S]*INVALID_REPLICATION_FACTOR/)
  })

  test('--config and --delete-config work, with a pointer to kafka-configs', async () => {
    const set = await succeeds(`${alter()} --config retention.ms=86400000`)
    expect(set.stderr).toContain('kafka-configs --alter --topic my_topic_name --add-config retention.ms=86400000')
    expect(await described()).toContain('Configs: retention.ms=86400000\n')
    const deleted = await succeeds(`${alter()} --delete-config retention.ms`)
    expect(deleted.stderr).toContain('kafka-configs --alter --topic my_topic_name --delete-config retention.ms')
    expect(await described()).toContain('Configs: \n')
  })

  test.each(['--config x=y', '--delete-config x'])('%s is an error that names x', async (option) => {
    expect(await refused(`${alter()} ${option}`)).toContain('Unknown topic config name: x ')
  })

  test('misspelt options and keys: did you mean', async () => {
    expect(await refused(`${alter()} --partition 3`)).toContain('Did you mean --partitions?')
    expect(await refused(`${alter()} --config retentoin.ms=5`)).toContain('did you mean retention.ms?')
    expect(
      await refused(`kafka-configs --zookeeper ${controller()} --alter --topic my_topic_name --add-config flush.msg=5`),
    ).toMatch(/flush\.msg.*did you mean flush\.ms\?/)
  })
})

describe('kafka-console-producer', () => {
  test('--broker-list --topic', async () => {
    await succeeds(`kafka-topics --create --partitions 1 --zookeeper ${controller()} --topic typed`)
    await succeeds(`printf 'one\\ntwo\\n' | kafka-console-producer --broker-list ${broker()} --topic typed`)
    expect((await succeeds(`kafka-get-offsets --bootstrap-server ${broker()} --topic typed`)).stdout).toBe(
      'typed:0:2\n',
    )
  })

  test('old names of producer properties are taken, with a line that names the new one', async () => {
    const properties = ['request.required.acks=1', 'timeout.ms=5000', 'metadata.fetch.timeout.ms=5000']
    const options = [...properties, 'block.on.buffer.full=true', 'producer.type=sync']
      .map((property) => `--producer-property ${property}`)
      .join(' ')
    const { stderr } = await succeeds(
      `echo three | kafka-console-producer --broker-list ${broker()} --topic typed ${options}`,
    )
    const lines = stderr.split('\n')
    for (const name of ['request.required.acks', 'timeout.ms', 'metadata.fetch.timeout.ms', 'block.on.buffer.full'])
      expect(lines.filter((line) => line.includes(name)).length).toBeGreaterThan(0)
    expect((await succeeds(`kafka-get-offsets --bootstrap-server ${broker()} --topic typed`)).stdout).toBe(
      'typed:0:3\n',
    )
  })

  test('acks above 1 are refused, naming 0, 1 and all', async () => {
    const exit = await shell(
      `echo four | kafka-console-producer --broker-list ${broker()} --topic typed --producer-property request.required.acks=2`,
    )
    expect(exit.code).toBe(1)
    expect(exit.stderr).toMatch(/0.*1.*all|all.*1.*0/)
  })
})

describe('64-bit integers', () => {
  const NEVER = '9223372036854775807'

  test('a configuration value of 2^63 - 1 is taken and shown as it was given', async () => {
    await succeeds(
      `kafka-topics --create --topic keep-all --partitions 1 --replication-factor 1 --zookeeper ${controller()} --config retention.ms=${NEVER} --config flush.messages=${NEVER}`,
    )
    const { stdout } = await succeeds(`kafka-topics --describe --zookeeper ${controller()} | grep keep-all | head -1`)
    expect(stdout).toContain(`retention.ms=${NEVER}`)
    expect(stdout).toContain(`flush.messages=${NEVER}`)
  })

  test('a time of 2^53 - 1 and beyond has an answer: no record is that late', async () => {
    for (const time of ['9007199254740991', '9007199254740993', NEVER]) {
      const line = `kafka-get-offsets --bootstrap-server ${broker()} --topic test-demo --time ${time}`
      expect((await succeeds(line)).stdout).toBe('')
    }
  })
})

describe('zookeeper.connect of a broker', () => {
  let directory: string
  let ports: number[]
  let controllerServer: Server

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ottla-chroot-'))
    ports = await freePorts(4)
    const file = join(directory, 'zookeeper.properties')
    writeFileSync(file, `clientPort=${ports[0]}\ndataDir=${directory}/controller\ncluster.chroot=/east\n`)
    controllerServer = new Server('zookeeper-server-start', [file])
    await controllerServer.waitFor(/started/)
  }, 120_000)

  afterAll(async () => {
    await controllerServer.stop('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  /** Its first and third host are nobody. */
  function connectString(chroot: string): string {
    return `127.0.0.1:${ports[2]},127.0.0.1:${ports[0]},127.0.0.1:${ports[3]}${chroot}`
  }

  function startBroker(id: number, chroot: string): Server {
    const file = join(directory, `server-${id}.properties`)
    const lines = [
      `broker.id=${id}`,
      `listeners = PLAINTEXT://127.0.0.1:${ports[1]} `,
      `log.dirs=${directory}/broker-${id}`,
      `log.flush.interval.messages=9223372036854775807`,
      `zookeeper.connect=${connectString(chroot)}`,
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    return new Server('kafka-server-start', [file])
  }

  test('h1,h2,h3/chroot: its hosts are tried in turn, and the tools take the same string', async () => {
    await using server = startBroker(1, '/east')
    await server.waitFor(/started/)
    await succeeds(
      `kafka-topics --create --partitions 1 --replication-factor 1 --zookeeper ${connectString('/east')} --topic in-the-east`,
    )
    const { stdout } = await succeeds(`kafka-topics --list --zookeeper ${connectString('/east')}`)
    expect(stdout).toBe('in-the-east\n')
  })

  test.each(['/west', ''])('the chroot "%s" is refused, naming both', async (chroot) => {
    await using server = startBroker(2, chroot)
    await server.waitFor(/\/east/)
    expect(server.output).not.toMatch(/started/)
    if (chroot !== '') expect(server.output).toContain(chroot)
  })

  test('kafka-topics --zookeeper host:port/chroot --alter --topic --config and --delete-config', async () => {
    await using server = startBroker(1, '/east')
    await server.waitFor(/started/)
    const at = `127.0.0.1:${ports[0]}/east`
    await succeeds(`kafka-topics --zookeeper ${at} --create --partitions 1 --topic my_topic_name`)
    await succeeds(`kafka-topics --zookeeper ${at} --alter --topic my_topic_name --config flush.messages=5`)
    await succeeds(`kafka-topics --zookeeper ${at} --alter --topic my_topic_name --delete-config flush.messages`)
    for (const option of ['--config x=y', '--delete-config x']) {
      const exit = await shell(`kafka-topics --zookeeper ${at} --alter --topic my_topic_name ${option}`)
      expect(exit).toMatchObject({ code: 1, stdout: expect.stringContaining('Unknown topic config name: x ') })
    }
  })
})

describe('server.properties of the notes', () => {
  let directory: string
  let ports: number[]

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ottla-notes-'))
    ports = await freePorts(4)
  })

  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  function writeProperties(...more: string[]): string {
    const file = join(directory, 'server.properties')
    const [controllerPort, brokerPort, ...nobody] = ports
    const text = [
      'broker.id=1',
      `listeners = PLAINTEXT://127.0.0.1:${brokerPort} `,
      'num.network.threads=3',
      'num.io.threads=8',
      'socket.send.buffer.bytes=102400',
      'socket.receive.buffer.bytes=102400',
      'socket.request.max.bytes=104857600',
      `log.dirs=${directory}/kafkalog`,
      'num.partitions=1',
      'num.recovery.threads.per.data.dir=1',
      'offsets.topic.replication.factor=3',
      'transaction.state.log.replication.factor=3',
      'transaction.state.log.min.isr=3',
      'log.flush.interval.messages=10000',
      'log.flush.interval.ms=1000',
      'log.retention.hours=168',
      'log.retention.bytes=1073741824',
      'log.segment.bytes=1073741824',
      'log.retention.check.interval.ms=300000',
      `zookeeper.connect=127.0.0.1:${nobody[0]},127.0.0.1:${controllerPort},127.0.0.1:${nobody[1]}`,
      'zookeeper.connection.timeout.ms=6000',
      'confluent.support.metrics.enable=true',
      'group.initial.rebalance.delay.ms=0',
      'confluent.support.customer.id=anonymous',
      'metric.reporters=io.confluent.metrics.reporter.ConfluentMetricsReporter',
      ...more,
    ]
    writeFileSync(file, `${text.join('\n')}\n`)
    return file
  }

  test('a broker starts from it; each key that means nothing here gets one line', async () => {
    const zookeeper = join(directory, 'zookeeper.properties')
    writeFileSync(zookeeper, `clientPort=${ports[0]}\ndataDir=${directory}/controller\n`)
    await using controllerServer = new Server('zookeeper-server-start', [zookeeper])
    await controllerServer.waitFor(/started/)
    await using server = new Server('kafka-server-start', [writeProperties()])
    await server.waitFor(/started/)
    const lines = server.output.split('\n')
    for (const key of ['confluent.support.metrics.enable', 'confluent.support.customer.id', 'ConfluentMetricsReporter'])
      expect({ key, lines: lines.filter((line) => line.includes(key)).length }).toEqual({ key, lines: 1 })
    await succeeds(`kafka-topics --create --topic noted --zookeeper 127.0.0.1:${ports[0]}`)
  })

  test('zookeeper.connection.timeout.ms bounds the first connection; the end names address and key', async () => {
    const file = writeProperties()
    const exit = await shell(`kafka-server-start ${file} --override zookeeper.connection.timeout.ms=300`)
    expect(exit.code).not.toBe(0)
    const said = exit.stdout + exit.stderr
    expect(said).toContain('zookeeper.connection.timeout.ms')
    expect(said).toContain(`127.0.0.1:${ports[0]}`)
  })

  test.each([
    ['num.network.threads=0', 'num.network.threads'],
    ['num.io.threads=many', 'num.io.threads'],
    ['socket.send.buffer.bytes=-5', 'socket.send.buffer.bytes'],
  ])('%s stops the broker, naming key and value', async (setting, key) => {
    const exit = await shell(`kafka-server-start ${writeProperties()} --override ${setting}`)
    expect(exit.code).not.toBe(0)
    expect(exit.stdout + exit.stderr).toContain(key)
    expect(exit.stdout + exit.stderr).toContain(setting.split('=')[1])
  })

  test('a misspelt key warns: did you mean', async () => {
    const exit = await shell(
      `kafka-server-start ${writeProperties('log.retention.hour=5')} --override zookeeper.connection.timeout.ms=300`,
    )
    expect(exit.stdout + exit.stderr).toMatch(/log\.retention\.hour.*did you mean log\.retention\.hours\?/i)
  })
})
