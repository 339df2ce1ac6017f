import { describe, expect, test } from '@jest/globals'
import { testRuntime } from '@ottla/runtime/testing'
import type { AppendResult } from '@ottla/storage'
import { TrafficLedger } from './topic-traffic.ts'
import { countFetched, registerTraffic } from './traffic-metrics.ts'

const WRITTEN: AppendResult = {
  ok: true,
  firstOffset: 10,
  lastOffset: 14,
  logAppendTimeMs: -1,
  logStartOffset: 0,
  duplicate: false,
}

describe('traffic of topics', () => {
  test('records and bytes are counted once, refused ones apart', () => {
    const ledger = new TrafficLedger()
    const traffic = ledger.of('a')
    traffic.appended(WRITTEN, 500)
    traffic.appended({ ...WRITTEN, duplicate: true }, 500)
    traffic.appended({ ok: false, error: 'CORRUPT_MESSAGE', message: '', logStartOffset: 0 }, 70)
    expect(traffic).toMatchObject({
      messagesIn: 5,
      bytesIn: 500,
      bytesRejected: 70,
      produceRequests: 3,
      failedProduceRequests: 1,
    })
  })

  test('what a Fetch takes out is counted by topic; topics that nobody knows are not', () => {
    const ledger = new TrafficLedger()
    const partitions = [
      { errorCode: 0, records: new Uint8Array(100) },
      { errorCode: 0, records: null },
      { errorCode: 1, records: new Uint8Array(0) },
    ]
    countFetched(
      [
        { topic: 'a', partitions },
        { topic: 'b', partitions },
      ],
      ({ topic }) => (topic === 'a' ? ledger.of('a') : undefined),
    )
    expect([...ledger.topics].map(([name]) => name)).toEqual(['a'])
    expect(ledger.of('a')).toMatchObject({ bytesOut: 100, fetchRequests: 3, failedFetchRequests: 1 })
  })

  test('a deleted topic leaves the lines, not the total', () => {
    const metrics = testRuntime().openMetrics()
    const ledger = new TrafficLedger()
    let exists = true
    registerTraffic(metrics, ledger, (topic) => topic === 'kept' || exists)
    ledger.of('kept').appended(WRITTEN, 1)
    ledger.of('gone').appended(WRITTEN, 10)
    const bytesIn = () =>
      metrics.lines.filter((line) => line.startsWith('kafka_server_brokertopicmetrics_bytesin_total'))
    const name = 'kafka_server_brokertopicmetrics_bytesin_total'
    expect(bytesIn()).toEqual([`${name} 11`, `${name}{topic="kept"} 1`, `${name}{topic="gone"} 10`])
    exists = false
    expect(bytesIn()).toEqual([`${name} 11`, `${name}{topic="kept"} 1`])
  })
})
