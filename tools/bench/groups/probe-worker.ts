/**
 * Another client of the broker, in a thread of its own: asks for ApiVersions every few milliseconds, one request at a time, and tells what the answers
 * took since it was asked last.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { API, openConnection } from '@ottla/client/internal'
import { parseHostPort } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { Latencies } from './latencies.ts'

const PAUSE_MS = 2

const latencies = new Latencies()
const connection = await openConnection(nodeRuntime(), { ...parseHostPort(workerData), clientId: 'probe' })
parentPort!.on('message', () => {
  parentPort!.postMessage(latencies.summary)
  latencies.clear()
})

for (;;) {
  const beginMs = performance.now()
  await connection.send(API.apiVersions, { clientSoftwareName: 'probe', clientSoftwareVersion: '1' })
  latencies.note(performance.now() - beginMs)
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
