import { expect, test } from '@jest/globals'
import { after, brokerRecord, clusterOf } from '../testing/images.ts'
import { ControlledStops } from './controlled-stops.ts'

const stopping = { id: 1, epoch: 1, staticConfigs: new Map() }
const stop = { type: 'brokerChange', id: 1, epoch: 1, fenced: null, shuttingDown: true } as const

test('what an earlier incarnation has applied says nothing about the one that runs now', () => {
  const stops = new ControlledStops()
  const restarted = { ...brokerRecord(2), epoch: 20 } as ReturnType<typeof brokerRecord>
  const image = after(clusterOf([1, 2]), [restarted, stop])
  stops.heard({ ...stopping, id: 2, epoch: 2 }, 100)
  expect(stops.mayStop(image, stopping)).toBe(false)
  stops.heard({ ...stopping, id: 2, epoch: 20 }, image.offset)
  expect(stops.mayStop(image, stopping)).toBe(true)
})
