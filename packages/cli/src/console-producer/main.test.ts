import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ProduceBroker } from '@ottla/client/testing/produce'
import { ApiKey, ErrorCode } from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { recordedIo } from '../testing/recorded-io.ts'
import { main } from './main.ts'

let world: TestRuntime
let broker: ProduceBroker

beforeEach(async () => {
  world = testRuntime()
  broker = await ProduceBroker.start(world.net, { 'test-demo': 1 })
})

afterEach(() => broker.close())

/** Runs the tool while time passes. */
async function run(line: string, { input = '', isTerminal = false } = {}) {
  const io = recordedIo(world, { input, isTerminal })
  let exitCode: number | undefined
  const running = main(line.replace('BROKER', broker.bootstrapServers).split(/ +/), io).then((code) => {
    exitCode = code
  })
  for (let step = 0; step < 2000 && exitCode === undefined; step++) await world.clock.advance(50)
  expect(exitCode).toBeDefined()
  await running
  return { exitCode, out: io.outText(), err: io.errText() }
}

const TO = '--bootstrap-server BROKER --topic test-demo'

test('each line is a record, also with the older name of the option', async () => {
  const ran = await run('--broker-list BROKER --topic test-demo', { input: 'one\ntwo\nthree' })
  expect(ran).toEqual({ exitCode: 0, out: '', err: '' })
  expect(broker.values('test-demo', 0)).toEqual(['one', 'two', 'three'])
})

test('keys are read when asked for; what is wrong with a line ends the tool, after the lines before it', async () => {
  const ran = await run(`${TO} --reader-property parse.key=true --reader-property key.separator=:`, {
    input: 'k:v\nbad\nl:w\n',
  })
  expect(ran).toEqual({ exitCode: 1, out: '', err: "No key separator found on line number 2: 'bad'\n" })
  expect([broker.keys('test-demo', 0), broker.values('test-demo', 0)]).toEqual([['k'], ['v']])
})

test('--sync sends one by one, and the first failure ends the tool', async () => {
  let count = 0
  broker.fate = () => (++count === 2 ? { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED } : 'write')
  const ran = await run(`${TO} --sync`, { input: 'a\nb\nc\n' })
  expect(ran).toMatchObject({ exitCode: 1, err: expect.stringMatching(/^TOPIC_AUTHORIZATION_FAILED: .*\nProduce to /) })
  expect(broker.values('test-demo', 0)).toEqual(['a'])
})

test('without --sync a failure is told, and does not end the tool', async () => {
  broker.fate = () => ({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })
  const ran = await run(TO, { input: 'four\n' })
  expect(ran).toMatchObject({
    exitCode: 0,
    err: expect.stringMatching(
      /^Error when sending message to topic test-demo with key: null, value: 4 bytes with error: TOPIC_AUTHORIZATION_FAILED: /,
    ),
  })
})

test('somebody who types sees a prompt', async () => {
  expect(await run(TO, { input: 'a\nb\n', isTerminal: true })).toMatchObject({ exitCode: 0, out: '>>>' })
})

describe('configuration', () => {
  async function produceWith(options: string) {
    const ran = await run(`${TO} ${options}`.trim(), { input: 'x\n' })
    expect(ran.exitCode).toBe(0)
    const [request] = broker.requests(ApiKey.Produce)
    return { ...ran, acks: request!.body.acks, timeoutMs: request!.body.timeoutMs }
  }

  test('the defaults are those of the tool', async () => {
    expect(await produceWith('')).toMatchObject({ acks: -1, timeoutMs: 1500 })
  })

  test('an option wins over a property, and that over a default', async () => {
    const properties = '--command-property acks=0 --command-property request.timeout.ms=700'
    expect(await produceWith(`${properties} --request-required-acks 1`)).toMatchObject({ acks: 1, timeoutMs: 700 })
  })

  test('older names are taken with a word about the new ones', async () => {
    const ran = await produceWith('--producer-property request.required.acks=1 --producer-property timeout.ms=900')
    expect(ran).toMatchObject({ acks: 1, timeoutMs: 900 })
    expect(ran.err.split('\n')).toEqual([
      'request.required.acks is called acks today',
      'timeout.ms is called request.timeout.ms today',
      '',
    ])
    expect(ran.out).toMatch(/^Warning: --producer-property is deprecated .* Use --command-property instead\.\n$/)
  })

  test('a misspelt key has no effect and says so', async () => {
    const ran = await produceWith('--command-property linger.msec=3')
    expect(ran.err).toBe('linger.msec has no effect here (did you mean linger.ms?)\n')
  })

  test.each([
    ['--request-required-acks 2', 'acks=2: must be 0 (nobody), 1 (the leader) or all (every in-sync replica)\n'],
    ['--compression-codec brotli', expect.stringMatching(/compression.type.*none, gzip, snappy, lz4, zstd/)],
    ['--batch-size 40000000', 'batchSize=40000000: at most bufferMemory, which is 33554432\n'],
    ['--property a=b --reader-property c=d', expect.stringContaining('cannot be specified together')],
    ['--command-property security.protocol=SSL', expect.stringContaining('PLAINTEXT only')],
    ['--command-config missing.properties', expect.stringContaining('--command-config missing.properties')],
    ['--line-reader com.example.Mine', expect.stringContaining('LineMessageReader')],
    ['--batch-size much', expect.stringContaining("Cannot parse argument 'much'")],
  ])('%s is refused', async (options, err) => {
    expect(await run(`${TO} ${options}`)).toMatchObject({ exitCode: 1, err })
  })
})
