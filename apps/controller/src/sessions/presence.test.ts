import { expect, test } from '@jest/globals'
import { Presence } from './presence.ts'

const limits = { sessionTimeoutMs: 1000, disconnectGraceMs: 100 }

test.each<[string, (presence: Presence) => void, number, RegExp | undefined]>([
  ['just heard', (p) => p.heard(1, 0), 999, undefined],
  ['silent', (p) => p.heard(1, 0), 1000, /silent for 1000 ms/],
  [
    'heard again',
    (p) => {
      p.heard(1, 0)
      p.heard(1, 900)
    },
    1500,
    undefined,
  ],
  [
    'just lost',
    (p) => {
      p.heard(1, 0)
      p.lost(1, 10)
    },
    109,
    undefined,
  ],
  [
    'lost',
    (p) => {
      p.heard(1, 0)
      p.lost(1, 10)
    },
    110,
    /connection broke 100 ms ago/,
  ],
  [
    'lost twice: the first one counts',
    (p) => {
      p.heard(1, 0)
      p.lost(1, 10)
      p.lost(1, 90)
    },
    110,
    /connection broke/,
  ],
  [
    'back in time',
    (p) => {
      p.heard(1, 0)
      p.lost(1, 10)
      p.heard(1, 90)
    },
    500,
    undefined,
  ],
  [
    'after an amnesty',
    (p) => {
      p.heard(1, 0)
      p.lost(1, 10)
      p.amnesty([1], 5000)
    },
    5999,
    undefined,
  ],
  ['silent after an amnesty', (p) => p.amnesty([1], 5000), 6000, /silent/],
  ['never seen', () => {}, 0, /not connected/],
])('%s', (_, script, nowMs, expected) => {
  const presence = new Presence(limits)
  script(presence)
  const reason = presence.overdue(1, nowMs)
  if (expected === undefined) expect(reason).toBeUndefined()
  else expect(reason).toMatch(expected)
})
