import { describe, expect, test } from '@jest/globals'
import { includes, NO_VERSIONS, type VersionText, versionRange, versionsText } from './versions.ts'

describe('version ranges', () => {
  test.each<[VersionText, number, number]>([
    ['0', 0, 0],
    ['3', 3, 3],
    ['4-18', 4, 18],
    ['12+', 12, 0x7fff],
  ])('%s', (text, min, max) => {
    expect(versionRange(text)).toEqual({ min, max })
    expect([min - 1, min, max, max + 1].map((version) => includes({ min, max }, version))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test.each(['', '-1', '1-', '1.5', 'none', '1-2-3'])('%j is refused', (text) => {
    expect(() => versionRange(text as VersionText)).toThrow(TypeError)
  })

  test('none includes nothing', () => {
    expect([0, 1, 2].map((version) => includes(NO_VERSIONS, version))).toEqual([false, false, false])
  })

  test('are shown as they are written', () => {
    expect([versionRange('4-18'), versionRange('2')].map(versionsText)).toEqual(['4-18', '2'])
  })
})
