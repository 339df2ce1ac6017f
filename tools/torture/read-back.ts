/** The whole load, read by our Consumer from every partition's first record to its end. */
import { Consumer, DESERIALIZERS } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import type { Lane } from './lanes.ts'
import type { Verdict } from './verdict.ts'

/** Without one record for this long, reading has come to a stand. */
const STILL_MS_MAX = 60_000

export async function readBack(bootstrap: string, lanes: readonly Lane[], verdict: Verdict): Promise<void> {
  const options = { bootstrapServers: bootstrap, autoOffsetReset: 'earliest', maxPollRecords: 5000 } as const
  const runtime = nodeRuntime({ logger: silentLogger })
  await using consumer = new Consumer(runtime, { ...options, valueDeserializer: DESERIALIZERS.string })
  consumer.assign(lanes)
  const nameOf = ({ topic, partition }: Lane) => `${topic}-${partition}`
  const takers = new Map(lanes.map((lane, index) => [nameOf(lane), verdict.partition(index)]))
  const left = new Map((await consumer.endOffsets(lanes)).map((end) => [nameOf(end), end.offset]))
  for (const [name, end] of left) if (end === 0) left.delete(name)
  while (left.size > 0) {
    const records = await consumer.poll({ timeoutMs: STILL_MS_MAX })
    if (records.length === 0) throw new Error(`nothing could be read for a minute of ${[...left.keys()].join(', ')}`)
    for (const record of records) {
      const name = nameOf(record)
      takers.get(name)!({ offset: record.offset, value: String(record.value) })
      if (record.offset + 1 >= (left.get(name) ?? Number.POSITIVE_INFINITY)) left.delete(name)
    }
  }
}
