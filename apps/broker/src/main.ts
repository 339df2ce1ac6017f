import { formatHostPort, givenConfiguration, readArguments, UsageError } from '@ottla/runtime'
import { createLogger, type LogLevel, nodeDisk, nodeRuntime } from '@ottla/runtime/node'
import { ConfigFailure } from './config/config-failure.ts'
import { type Broker, startBroker } from './start-broker.ts'

const USAGE = `usage: kafka-server-start [-daemon] FILE [--override key=value]...

Starts a broker.

  FILE                  server.properties: node.id, listeners, log.dirs, controller.connect and others
  --override key=value  sets a key, whatever FILE says; may be repeated, and stands in for FILE when there is none
  -daemon               goes on in the background; output in \${LOG_DIR:-logs}/kafkaServer.out
  --help                this text

The environment variable LOG_LEVEL (debug, info, warn, error) chooses which lines are written; info without it.
`

/** The kafka-server-start command. Resolves when the broker has stopped; the exit code is 1 when something went wrong. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const given = readArguments(args)
    if (given === 'help') {
      process.stdout.write(USAGE)
      return
    }
    await run(givenConfiguration(nodeDisk, given))
  } catch (error) {
    for (const line of linesOf(error)) process.stderr.write(`kafka-server-start: ${line}\n`)
    if (error instanceof UsageError) process.stderr.write(USAGE)
    process.exitCode = 1
  }
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof ConfigFailure) return error.problems
  return [error instanceof Error ? error.message : String(error)]
}

async function run(config: ReadonlyMap<string, string>): Promise<void> {
  const logger = createLogger({ level: logLevel(), pretty: process.stderr.isTTY === true })
  let broker: Broker | undefined
  // Before it has started, and when it is told again, there is nothing to wait for: a killed broker recovers.
  const onSignal = () => {
    if (broker === undefined) process.exit(1)
    process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(1))
    void broker.close()
  }
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal)
  broker = await startBroker(config, nodeRuntime({ logger }))
  process.stdout.write(`${startedLine(broker)}\n`)
  const failure = await broker.ended
  if (failure !== undefined) throw failure
}

function startedLine({ brokerId, clusterId, listeners }: Broker): string {
  const places = listeners.map((listener) => `${listener.name}://${formatHostPort(listener)}`).join(', ')
  return `[KafkaServer id=${brokerId}] started, listening on ${places}, cluster ${clusterId}`
}

function logLevel(): LogLevel {
  const level = process.env.LOG_LEVEL?.toLowerCase()
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']
  return levels.find((known) => known === level) ?? 'info'
}
