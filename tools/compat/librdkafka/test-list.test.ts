import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../harness/process.ts'
import { parseTestList, selectTests } from './test-list.ts'
import { VARIANTS, variantsOf } from './variant.ts'

test('names, limits and settings are read', () => {
  const text = '# heading\n0001_multiobj\n\n0052_msg_timestamps limit=300 slower=2 num.partitions=1 # why\n'
  expect(parseTestList(text)).toEqual([
    { name: '0001_multiobj', number: '0001', limitSeconds: 240, slower: 1, config: {} },
    {
      name: '0052_msg_timestamps',
      number: '0052',
      limitSeconds: 300,
      slower: 2,
      config: { 'num.partitions': '1' },
    },
  ])
})

test('a line that cannot be read is named', () => {
  expect(() => parseTestList('multiobj')).toThrow('multiobj is no name of a test')
  expect(() => parseTestList('0001_multiobj 300')).toThrow('300 is not key=value')
})

test('tests are chosen by the beginning of their names', () => {
  const tests = parseTestList('0001_multiobj\n0017_compression\n')
  expect(selectTests(tests, ['0017']).map(({ name }) => name)).toEqual(['0017_compression'])
  expect(selectTests(tests, [])).toHaveLength(2)
  expect(selectTests(tests, ['0099'])).toEqual([])
})

test.each(VARIANTS)('the list of $name can be read and names no test twice', ({ list }) => {
  const tests = parseTestList(readFileSync(join(root, 'tools/compat/librdkafka', list), 'utf8'))
  const names = tests.map(({ name }) => name)
  expect(names.length).toBeGreaterThan(0)
  expect(new Set(names).size).toBe(names.length)
})

test('a variant is one of those that there are', () => {
  expect(variantsOf(undefined)).toBe(VARIANTS)
  expect(variantsOf('consumer').map(({ list }) => list)).toEqual(['tests-consumer.txt'])
  expect(() => variantsOf('share')).toThrow('no variant is called share; there are normal, noautocreate, consumer')
})
