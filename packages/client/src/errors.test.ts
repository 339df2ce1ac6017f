import { expect, test } from '@jest/globals'
import { ClientError, tryingAgain } from './errors.ts'

test.each([
  ['The coordinator cannot serve at the moment.', 'The coordinator cannot serve at the moment; trying again'],
  ['cannot connect to localhost:9092', 'cannot connect to localhost:9092; trying again'],
])('%s: one full stop less in a line that goes on', (message, line) => {
  expect(tryingAgain(ClientError.fromCode(15, message, {}))).toBe(line)
})
