/** The attacks in small, on a real process: what they look for does not depend on how fast the machine is. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { besiege, type SiegeResult } from './siege.ts'

const SECONDS = 3
const SCALE = 0.1

let siege: Promise<SiegeResult> | undefined

/** One siege for all tests. */
function result(): Promise<SiegeResult> {
  siege ??= besiege({ seconds: SECONDS, seed: 20_260_101, scale: SCALE })
  return siege
}

describe('a broker under attack', () => {
  test('answers every request with an error of Kafka, or ends its connection', async () => {
    const { reports } = await result()
    expect(reports.flatMap(({ name, violations }) => violations.map((text) => `${name}: ${text}`))).toEqual([])
    const shot = reports.find(({ name }) => name === 'mutated requests of every API')!
    expect(shot.answered).toBeGreaterThan(0)
    expect(shot.closed).toBeGreaterThan(0)
  })

  test('serves a client that behaves all the while, leaves no file where none belongs, and stops cleanly', async () => {
    const { reports, violations } = await result()
    expect(violations).toEqual([])
    expect(reports.reduce((sum, { healthyRounds }) => sum + healthyRounds, 0)).toBeGreaterThan(0)
  })
})
