import { describe, expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { parseArguments } from '../tool/usage.ts'
import { newTopic } from './create.ts'
import { main } from './main.ts'
import { checkOptions, command, type TopicsOptions } from './options.ts'

function parse(line: string): TopicsOptions {
  return parseArguments<TopicsOptions>(command(), line.split(/ +/), recordedIo())
}

describe('command lines that are accepted', () => {
  test.each([
    ['--create --partitions 3 --replication-factor 2  --zookeeper spark-master:2181 --topic test-demo', 'create'],
    ['--describe  --zookeeper spark-master:2181', 'describe'],
    ['--list --zookeeper 172.16.0.126:2181', 'list'],
    ['--delete --topic test --zookeeper hadoop-cluster01:2181', 'delete'],
    ['--zookeeper zk_host:1 --alter --topic my_topic_name --partitions 3', 'alter'],
    ['--zookeeper zk_host:1/chroot --alter --topic my_topic_name --config x=y', 'alter'],
    ['--zookeeper zk_host:1/chroot --alter --topic my_topic_name --delete-config x', 'alter'],
    ['--bootstrap-server h:1 --alter --topic t --partitions 2 --replica-assignment 1:2,2:1 --if-exists', 'alter'],
    ['--bootstrap-server=h:1 --list --exclude-internal --topic a.*', 'list'],
    ['--broker-list h:1 --describe --under-replicated-partitions --unavailable-partitions', 'describe'],
    ['--bootstrap-server h:1 --describe --topic-id AQEBAQEBAQEBAQEBAQEBAQ', 'describe'],
  ])('%s', (line, action) => {
    expect(checkOptions(parse(line))).toBe(action)
  })
})

describe('command lines that are refused, before anything is connected', () => {
  const B = '--bootstrap-server h:1'
  test.each([
    ['--list', /Missing required argument "\[bootstrap-server\]"/],
    [`${B} --create`, /Missing required argument "\[topic\]"/],
    [`${B} --delete`, /Missing required argument "\[topic\]"/],
    [B, /exactly one action/],
    [`${B} --list --describe`, /exactly one action/],
    [`${B} --zookeeper h:2 --list`, /Option "\[zookeeper\]" can't be used with option "\[bootstrap-server\]"/],
    [`${B} --list --partitions 3`, /Option "\[list\]" can't be used with option "\[partitions\]"/],
    [`${B} --create --topic t --if-exists`, /Option "\[create\]" can't be used with option "\[if-exists\]"/],
    [`${B} --create --topic t --replica-assignment 1:2 --partitions 1`, /can't be used with option "\[partitions\]"/],
    [`${B} --create --topic t --partitions three`, /argument 'three' of option partitions/],
    [`${B} --create --topic t --partitions 99999999999`, /argument '99999999999' of option partitions/],
    [`${B} --delete --topic a --topic b`, /Found multiple arguments for option topic/],
    [`${B} ${B} --list`, /Found multiple arguments for option bootstrap-server/],
    [`${B} --describe --topics-with-overrides --at-min-isr-partitions`, /can't be used with/],
    [`${B} --alter --partitions 3`, /Missing required argument "\[topic\]"/],
    [`${B} --alter --topic t`, /Missing required argument "\[partitions\]"/],
    [`${B} --alter --topic t --replica-assignment 1,1`, /Missing required argument "\[partitions\]"/],
    [`${B} --alter --topic t --config a=b --replica-assignment 1`, /Missing required argument "\[partitions\]"/],
    [
      `${B} --alter --topic t --partitions 2 --replication-factor 1`,
      /can't be used with option "\[replication-factor\]"/,
    ],
    [`${B} --alter --topic t --partitions 2 --if-not-exists`, /can't be used with option "\[if-not-exists\]"/],
    [`${B} --alter --topic t --partitions 2 --output json`, /can't be used with option "\[output\]"/],
    [`${B} --create --topic t --delete-config a`, /can't be used with option "\[delete-config\]"/],
    [`${B} --list --output xml`, /Allowed choices are text, table, json/],
    [`${B} --list --exclude-internals`, /Did you mean --exclude-internal\?/],
    [`${B} --lis`, /Did you mean --list\?/],
    [`${B} --list --topic`, /option '--topic <topic>' argument missing/],
  ])('%s', async (line, message) => {
    const io = recordedIo()
    expect(await main(line.split(/ +/), io)).toBe(1)
    expect(io.errText()).toMatch(message)
    expect(io.errText()).toMatch(/"kafka-topics --help" lists the options/)
    expect(io.outText()).toBe('')
  })

  test.each([
    ['--replication-factor 0', 'The replication factor must be between 1 and 32767 inclusive'],
    ['--replication-factor 32768', 'The replication factor must be between 1 and 32767 inclusive'],
    ['--partitions 0', 'The partitions must be greater than 0'],
    ['--partitions -1', 'The partitions must be greater than 0'],
    ['--replica-assignment 1:2,1:x', '--replica-assignment 1:2,1:x: "x" is not a broker id'],
    ['--replica-assignment 1:2,1', 'Partition 1 has different replication factor: 1 instead of 2'],
    ['--replica-assignment 1:1', 'Partition replica lists may not contain duplicate entries: 1 in partition 0'],
    ['--config retention.ms', '--config retention.ms: expected name=value'],
  ])('create with %s', async (option, message) => {
    const io = recordedIo()
    expect(await main(`${B} --create --topic t ${option}`.split(' '), io)).toBe(1)
    expect(io.outText()).toBe(`Error while executing topic command : ${message}\n`)
  })
})

describe('help and version', () => {
  test.each([[['--help']], [[]]])('%j: the options on stderr, exit code 1', async (args) => {
    const io = recordedIo()
    expect(await main(args, io)).toBe(1)
    expect(io.outText()).toBe('')
    expect(io.errText()).toMatch(
      /Usage: kafka-topics \[options\][\s\S]*--replica-assignment <ids>[\s\S]*Example:\n {2}kafka-topics --bootstrap/,
    )
  })

  test('--version: on stdout, exit code 0', async () => {
    const io = recordedIo()
    expect(await main(['--version'], io)).toBe(0)
    expect(io.outText()).toMatch(/^4\.3\.1 \(ottla \d+\.\d+\.\d+\)\n$/)
  })
})

describe('newTopic', () => {
  test('collects repeated configurations; a value may hold = and be empty', () => {
    const options = parse('--create --topic t --config a=1 --config b=x=y --config c=')
    expect(newTopic(options)).toEqual({ name: 't', configs: { a: '1', b: 'x=y', c: '' } })
  })

  test('reads an assignment', () => {
    expect(newTopic(parse('--create --topic t --replica-assignment 1:5,2:1,3:2'))).toMatchObject({
      assignments: [
        [1, 5],
        [2, 1],
        [3, 2],
      ],
    })
  })
})
