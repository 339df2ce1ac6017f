import { expect, test } from '@jest/globals'
import { endpointLines } from './endpoints.ts'

test('columns of fixed width, host and rack as wide as the widest', () => {
  const endpoints = [
    { id: 1, host: '127.0.0.1', port: 9092, rack: 'a', isFenced: false },
    { id: 2, host: 'h', port: 9093, rack: null, isFenced: true },
  ]
  expect(endpointLines(endpoints)).toEqual([
    'ID         HOST      PORT       RACK STATE      ENDPOINT_TYPE  ',
    '1          127.0.0.1 9092       a unfenced   broker         ',
    '2          h         9093       null fenced     broker         ',
  ])
})

test('without racks', () => {
  expect(endpointLines([{ id: 1, host: 'h', port: 9092, rack: null, isFenced: false }])).toEqual([
    'ID         HOST PORT       RACK       STATE      ENDPOINT_TYPE  ',
    '1          h 9092       null       unfenced   broker         ',
  ])
})
