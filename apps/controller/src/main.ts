import { type Disk, parseProperties, type Runtime } from '@ottla/runtime'
import { createLogger, nodeRuntime } from '@ottla/runtime/node'
import { startController } from './start-controller.ts'

const USAGE = `usage: ottla-controller [FILE] [--override key=value]...

Starts a controller: the place where brokers register and where topics, leaders and configurations are kept.

  FILE                  Java properties: clientPort, dataDir and others (docs: apps/controller/README.md)
  --override key=value  sets a key, whatever FILE says; may be repeated
  --help                this text
`

/** What is wrong with the command line. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads `[FILE] [--override key=value]...`; undefined when help was asked for. Throws a UsageError. */
export function readArguments(args: readonly string[]): { file?: string; overrides: Map<string, string> } | undefined {
  const overrides = new Map<string, string>()
  const files: string[] = []
  const rest = [...args]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--help' || argument === '-h') return undefined
    if (argument === '--override' || argument.startsWith('--override=')) {
      const pair = argument === '--override' ? rest.shift() : argument.slice('--override='.length)
      const equals = pair?.indexOf('=') ?? -1
      if (pair === undefined || equals < 1) throw new UsageError('--override wants key=value')
      overrides.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim())
    } else if (argument.startsWith('-') && argument !== '-daemon') throw new UsageError(`unknown option ${argument}`)
    else if (argument !== '-daemon') files.push(argument)
  }
  if (files.length > 1) throw new UsageError(`one file at most: got ${files.join(' ')}`)
  return files[0] === undefined ? { overrides } : { file: files[0], overrides }
}

/** The ottla-controller command. Ends the process with 1 when the controller cannot start, or when it fails. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const given = readArguments(args)
    if (given === undefined) {
      process.stdout.write(USAGE)
      return
    }
    const logger = createLogger({ level: 'info', pretty: process.stderr.isTTY === true })
    const runtime = nodeRuntime({ logger })
    const file = given.file === undefined ? [] : readProperties(runtime.disk, given.file)
    await run(new Map([...file, ...given.overrides]), runtime)
  } catch (error) {
    process.stderr.write(`ottla-controller: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof UsageError) process.stderr.write(USAGE)
    process.exitCode = 1
  }
}

function readProperties(disk: Disk, path: string): Map<string, string> {
  return parseProperties(new TextDecoder().decode(disk.readFile(path)))
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
