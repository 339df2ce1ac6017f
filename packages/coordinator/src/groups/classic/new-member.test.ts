import { expect, test } from '@jest/globals'
import { newMemberId } from './new-member.ts'

const view = { newId: () => 'uuid' }

test('a member id begins with the client id, or the instance id', () => {
  expect(newMemberId('client', view)).toBe('client-uuid')
  expect(newMemberId('', view)).toBe('-uuid')
})

test.each(['c'.repeat(32_767), '€'.repeat(10_922), `c${'😀'.repeat(8_191)}`])(
  'it can be told whatever that is',
  (prefix) => {
    const memberId = newMemberId(prefix, view)
    expect(Buffer.from(memberId).toString()).toBe(memberId)
    expect(Buffer.byteLength(memberId)).toBeLessThan(32_767)
    expect(memberId).toMatch(/-uuid$/)
  },
)
