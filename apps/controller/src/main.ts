import { givenConfiguration, type Runtime, readArguments, UsageError } from '@ottla/runtime'
import { createLogger, nodeRuntime } from '@ottla/runtime/node'
import { startController } from './start-controller.ts'

const USAGE = `usage: ottla-controller [-daemon] FILE [--override key=value]...

Starts a controller: the place where brokers register and where topics, leaders and configurations are kept.

  FILE                  Java properties: clientPort, dataDir and others (docs: apps/controller/README.md)
  --override key=value  sets a key, whatever FILE says; may be repeated, and stands in for FILE when there is none
  -daemon               goes on in the background; output in \${LOG_DIR:-logs}/ottla-controller.out
  --help                this text
`

/** The ottla-controller command. Ends the process with 1 when the controller cannot start, or when it fails. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const given = readArguments(args)
    if (given === 'help') {
      process.stdout.write(USAGE)
      return
    }
    const logger = createLogger({ level: 'info', pretty: process.stderr.isTTY === true })
    const runtime = nodeRuntime({ logger })
    await run(givenConfiguration(runtime.disk, given), runtime)
  } catch (error) {
    process.stderr.write(`ottla-controller: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof UsageError) process.stderr.write(USAGE)
    process.exitCode = 1
  }
}

async function run(config: ReadonlyMap<string, string>, runtime: Runtime): Promise<void> {
  const controller = await startController(config, runtime)
  const { host, port, clusterId } = controller
  const stop = () => void controller.close()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.stdout.write(`[Controller] started at ${host}:${port}, cluster ${clusterId}\n`)
  const failure = await controller.ended
  if (failure !== undefined) throw failure
}
