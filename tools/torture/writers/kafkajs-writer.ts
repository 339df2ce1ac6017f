/**
 * kafkajs, idempotent, acks=all, one request at a time (it keeps no order otherwise). Arguments: arguments.ts. Each lane has a producer and requests of
 * its own: of a request that goes to several brokers, kafkajs forgets the part whose leader moves to a broker that has already answered, and says that
 * all is well. After a failed send a lane goes on with another producer id, since kafkajs would give the next records the sequence numbers of those
 * that failed.
 */
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { type Lane, textOf } from '../lanes.ts'
import { now, readArguments, TURN_MS, tell, turn, untilTold } from './arguments.ts'

/** Due records beyond this are not sent: the load waits for the cluster, as that of the others does. */
const BATCH_MAX = 500

const { name, bootstrap, lanes, perTurn, patient } = readArguments()
const end = untilTold()
const patience = patient ? { retry: { retries: 100_000, initialRetryTime: 50, maxRetryTime: 500 } } : {}
const kafka = new Kafka({ brokers: bootstrap.split(','), clientId: name, logLevel: logLevel.NOTHING, ...patience })
const create = () =>
  kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })

/** The lane's first number that it has not sent, when it ends. */
async function write(lane: Lane, first: number): Promise<number> {
  let next = first
  let producer = create()
  await producer.connect()
  let dueMs = 0
  let lastMs = now()
  while (!end.aborted) {
    await turn()
    dueMs += now() - lastMs
    lastMs = now()
    const count = Math.min(BATCH_MAX, Math.floor((dueMs * perTurn) / TURN_MS / lanes.length))
    if (count === 0) continue
    dueMs = 0
    const numbers = Array.from({ length: count }, (_, index) => next + index * lanes.length)
    next += count * lanes.length
    const sentAtMs = now()
    const messages = numbers.map((number) => ({ partition: lane.partition, value: textOf(name, number) }))
    try {
      const [answer] = await producer.send({ topic: lane.topic, acks: -1, messages })
      if (answer === undefined) throw new Error('kafkajs has no answer for the partition')
      const base = Number(answer.baseOffset)
      for (const [index, number] of numbers.entries()) tell.acknowledged(number, base < 0 ? -1 : base + index, sentAtMs)
    } catch (error) {
      for (const number of numbers) tell.failed(number, (error as Error).message)
      await producer.disconnect().catch(() => {})
      producer = create()
      await producer.connect()
    }
  }
  await producer.disconnect()
  return next
}

tell.done(Math.max(...(await Promise.all(lanes.map(write)))))
