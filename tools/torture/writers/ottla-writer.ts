/** Our Producer with its defaults: idempotent, acks=all. Arguments: arguments.ts. */
import { Producer } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { textOf } from '../lanes.ts'
import { now, readArguments, tell, turn, UNANSWERED_MAX, untilTold } from './arguments.ts'

const LONG_MS = 1_800_000
const { name, bootstrap, lanes, perTurn, patient } = readArguments()
const end = untilTold()
const patience = patient ? { deliveryTimeoutMs: LONG_MS, maxBlockMs: LONG_MS } : {}
const producer = new Producer(nodeRuntime({ logger: silentLogger }), { bootstrapServers: bootstrap, ...patience })
let sent = 0
let unanswered = 0

function send(number: number): void {
  const sentAtMs = now()
  unanswered++
  producer.send({ ...lanes[number % lanes.length]!, value: textOf(name, number) }, (error, { offset }) => {
    unanswered--
    if (error === undefined) tell.acknowledged(number, offset, sentAtMs)
    else tell.failed(number, error.message)
  })
}

while (!end.aborted) {
  for (let count = 0; count < perTurn && unanswered < UNANSWERED_MAX; count++) send(sent++)
  await turn()
}
await producer.flush()
await producer.close()
tell.done(sent)
