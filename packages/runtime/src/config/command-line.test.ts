import { describe, expect, test } from '@jest/globals'
import { MemoryDisk } from '../testing/index.ts'
import { givenConfiguration, readArguments } from './command-line.ts'

describe('readArguments', () => {
  test.each<[string[], string | undefined, Record<string, string>]>([
    [['server.properties'], 'server.properties', {}],
    [['a', '--override', 'x=1', '--override=y = a=b '], 'a', { x: '1', y: 'a=b' }],
    [['--override', 'broker.id=1', 'a'], 'a', { 'broker.id': '1' }],
    [['--override', 'x='], undefined, { x: '' }],
  ])('%j', (args, file, overrides) => {
    expect(readArguments(args)).toEqual({ file, overrides: new Map(Object.entries(overrides)) })
  })

  test.each([[['--help']], [['a', '-h']]])('%j asks for help', (args) => {
    expect(readArguments(args)).toBe('help')
  })

  test.each([
    [[], /a configuration file is missing/],
    [['a', 'b'], /one configuration file is enough: a, b/],
    [['a', '--override'], /--override wants key=value, not nothing/],
    [['a', '--override', 'x'], /--override wants key=value, not x/],
    [['a', '--ovveride=x=1'], /unknown option --ovveride=x=1/],
  ])('%j is refused', (args, problem) => {
    expect(() => readArguments(args)).toThrow(problem)
  })
})

describe('givenConfiguration', () => {
  const given = async (file: string | undefined, overrides: Record<string, string>) => {
    const disk = new MemoryDisk()
    const content = disk.open('server.properties', 'write')
    await content.write([new TextEncoder().encode('a = 1\nb = 2\n')], 0)
    content.close()
    return givenConfiguration(disk, { file, overrides: new Map(Object.entries(overrides)) })
  }

  test('the command line goes before the file', async () => {
    expect([...(await given('server.properties', { b: '3', c: '4' }))]).toEqual(
      Object.entries({ a: '1', b: '3', c: '4' }),
    )
    expect([...(await given(undefined, { c: '4' }))]).toEqual([['c', '4']])
  })

  test('a file that is not there is named', async () => {
    await expect(given('sever.properties', {})).rejects.toThrow('there is no file sever.properties')
  })
})
