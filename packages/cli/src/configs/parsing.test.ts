import { describe, expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { parseArguments } from '../tool/usage.ts'
import { parsePairs } from './changes.ts'
import { entityOf } from './entity.ts'
import { main } from './main.ts'
import { type ConfigsOptions, checkOptions, command } from './options.ts'

describe('parsePairs', () => {
  test.each([
    ['a=1', { a: '1' }],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 , b=', { a: '1', b: '' }],
    ['a=[1,2],b=3', { a: '1,2', b: '3' }],
    ['a=[x=y,z]', { a: 'x=y,z' }],
    ['a=[],b=[c]', { a: '', b: 'c' }],
    ['a=1,a=2', { a: '2' }],
    ['a=1,,', { a: '1' }],
    [',', {}],
  ])('%s', (text, expected) => expect(Object.fromEntries(parsePairs(text))).toEqual(expected))

  test.each(['a', 'a=b=c', ',a=1', 'a=1,,b=2', 'a=[b,c', ''])('refuses "%s"', (text) => {
    expect(() => parsePairs(text)).toThrow(/must be in the format "key=val"/)
  })
})

function entity(line: string) {
  const options = parseArguments<ConfigsOptions>(command(), `--bootstrap-server h:1 ${line}`.split(' '), recordedIo())
  const { kind, name } = entityOf(options, checkOptions(options))
  return [kind.plural, name]
}

describe('entities', () => {
  test.each([
    ['--describe --topic t', ['topics', 't']],
    ['--describe --entity-type topics --entity-name t', ['topics', 't']],
    ['--describe --entity-type topics', ['topics', undefined]],
    ['--describe --broker 5', ['brokers', '5']],
    ['--describe --broker-defaults', ['brokers', '']],
    ['--describe --entity-type brokers --entity-default', ['brokers', '']],
    ['--describe --entity-type brokers', ['brokers', undefined]],
    ['--describe --broker-logger 1', ['broker-loggers', '1']],
    ['--describe --group g', ['groups', 'g']],
    ['--describe --entity-type groups --entity-name a/b', ['groups', 'a/b']],
    ['--describe --entity-type groups', ['groups', undefined]],
    ['--alter --topic t --add-config a=b', ['topics', 't']],
    ['--alter --broker-defaults --delete-config a', ['brokers', '']],
  ])('%s', (line, expected) => expect(entity(line)).toEqual(expected))
})

describe('command lines that are refused, before anything is connected', () => {
  test.each([
    ['--describe', /At least one entity type must be specified/],
    ['--topic t', /exactly one action/],
    ['--describe --alter --topic t', /exactly one action/],
    ['--describe --entity-name t', /At least one entity type/],
    ['--describe --entity-type topic', /Invalid entity type topic/],
    ['--describe --entity-type users', /Entity type users is not served yet/],
    ['--describe --user u', /Entity type users is not served yet/],
    ['--describe --client-metrics m', /Entity type client-metrics is not served yet/],
    ['--describe --topic t --broker 1', /Only one entity type may be specified/],
    ['--describe --topic t --entity-type topics', /Duplicate entity type\(s\) specified: topics/],
    ['--describe --entity-type topics --entity-name a --entity-name b', /Only one of --entity-name/],
    [
      '--describe --entity-type topics --entity-default',
      /--entity-default must not be specified with --describe of topics/,
    ],
    ['--alter --entity-type groups --add-config a=b', /An entity name must be specified with --alter of groups/],
    [
      '--describe --entity-type groups --entity-default',
      /--entity-default must not be specified with --describe of groups/,
    ],
    ['--describe --topic ../x', /Topic name is invalid: '\.\.\/x' contains/],
    ['--describe --topic ..', /Topic name is invalid: '\.\.'/],
    ['--describe --entity-type brokers --entity-name x', /must be a valid integer broker id, but it is: x/],
    ['--describe --entity-type broker-loggers', /An entity name must be specified with --describe of broker-loggers/],
    ['--alter --topic t', /At least one of --add-config, --add-config-file, or --delete-config/],
    ['--alter --topic t --add-config a=b --add-config-file f', /Only one of --add-config or --add-config-file/],
    ['--alter --entity-type topics --add-config a=b', /An entity name must be specified with --alter of topics/],
    ['--alter --entity-type brokers --add-config a=b', /An entity-name or default entity must be specified/],
    ['--alter --topic t --add-config a=b --output json', /can't be used with option "\[output\]"/],
    ['--describe --topic t --add-config a=b', /can't be used with option "\[add-config\]"/],
    ['--describe --topicc t', /Did you mean --topic\?/],
  ])('%s', async (line, message) => {
    const io = recordedIo()
    expect(await main(`--bootstrap-server h:1 ${line}`.split(' '), io)).toBe(1)
    expect(io.errText()).toMatch(message)
    expect(io.outText()).toBe('')
  })

  test('without a cluster', async () => {
    const io = recordedIo()
    expect(await main(['--describe', '--topic', 't'], io)).toBe(1)
    expect(io.errText()).toMatch(/Missing required argument "\[bootstrap-server\]"/)
  })
})
