import { describe, expect, test } from '@jest/globals'
import { ErrorCode } from '@ottla/protocol'
import { chooseVersion, negotiate } from './api-versions.ts'

/** A broker that has ApiVersions up to `max`, and says so or not when it refuses. */
function broker(max: number, tells: boolean) {
  const asked: number[] = []
  const own = { apiKey: 18, minVersion: 0, maxVersion: max }
  const ask = async (version: number) => {
    asked.push(version)
    const refused = version > max
    return {
      errorCode: refused ? ErrorCode.UNSUPPORTED_VERSION : 0,
      apiKeys: refused && !tells ? [] : [own, { apiKey: 3, minVersion: 1, maxVersion: 9 }],
    } as never
  }
  return { asked, ask }
}

describe('negotiate', () => {
  test.each([
    ['has the newest', 4, true, [4]],
    ['has newer ones than we', 9, true, [4]],
    ['has version 3 and says so', 3, true, [4, 3]],
    ['has version 1 and says so', 1, true, [4, 1]],
    ['has version 0 and says nothing', 0, false, [4, 0]],
  ])('asks a broker that %s', async (_, max, tells, expected) => {
    const { asked, ask } = broker(max, tells)
    const versions = await negotiate(ask)
    expect(asked).toEqual(expected)
    expect(versions.get(3)).toEqual({ min: 1, max: 9 })
  })

  test('gives up on a broker that refuses everything', async () => {
    const { asked, ask } = broker(-1, false)
    await expect(negotiate(ask)).rejects.toMatchObject({ errorName: 'UNSUPPORTED_VERSION' })
    expect(asked).toEqual([4, 0])
  })

  test('passes on another error', async () => {
    const ask = async () => ({ errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, apiKeys: [] }) as never
    await expect(negotiate(ask)).rejects.toMatchObject({ errorName: 'CLUSTER_AUTHORIZATION_FAILED' })
  })
})

describe('chooseVersion', () => {
  const served = new Map([[3, { min: 2, max: 8 }]])
  test.each([
    [{ min: 0, max: 13 }, 8],
    [{ min: 0, max: 5 }, 5],
    [{ min: 8, max: 13 }, 8],
  ])('ours %j, theirs 2 to 8: %d', (ours, expected) => {
    expect(chooseVersion({ apiKey: 3, api: 'Metadata', ours, broker: 'h:1' }, served)).toBe(expected)
  })

  test.each([
    [3, { min: 9, max: 13 }, /Metadata in version 9 to 13 is needed, the broker serves 2 to 8/],
    [3, { min: 0, max: 1 }, /the broker serves 2 to 8/],
    [4, { min: 0, max: 1 }, /the broker does not serve it/],
  ])('API %d, ours %j: an error that says both', (apiKey, ours, message) => {
    expect(() => chooseVersion({ apiKey, api: 'Metadata', ours, broker: 'h:1' }, served)).toThrow(message)
  })
})
