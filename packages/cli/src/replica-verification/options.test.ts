import { describe, expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { main } from './main.ts'

describe('the command line', () => {
  test.each([
    ['--once', 'Missing required argument "[bootstrap-server]"'],
    ['--broker-list h:1 --bootstrap-server h:1', 'Option "[bootstrap-server]" can\'t be used with'],
    ['--broker-list h:1 --time x', "Cannot parse argument 'x' of option time"],
    ['--broker-list h:1 --time -3', "Cannot parse argument '-3' of option time"],
    ['--broker-list h:1 --fetch-size 0', '--fetch-size must be at least 1'],
    ['--broker-list h:1 --max-wait-ms -1', '--max-wait-ms must be at least 0'],
    ['--broker-list h:1 --report-interval-ms 0', '--report-interval-ms must be at least 1'],
  ])('%s', async (line, message) => {
    const io = recordedIo()
    expect(await main(line.split(' '), io)).toBe(1)
    expect(io.errText()).toContain(message)
    expect(io.outText()).toBe('')
  })
})
