import { createLogger } from '@ottla/runtime/node'
import { Chalk } from 'chalk'
import { type Cluster, startCluster } from '../start-cluster.ts'

export interface StartOptions {
  readonly brokers: number
  readonly dir: string
  readonly host: string
  readonly port: number
  readonly controllerPort?: number
  readonly set: Record<string, string>
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** `ottla start`: runs the cluster until SIGINT or SIGTERM, then stops it cleanly. Resolves when it has ended. */
export async function start(options: StartOptions): Promise<void> {
  const { brokers, dir, host, port } = options
  const controllerPort = options.controllerPort ?? (port === 0 ? 0 : 2181)
  const logger = createLogger({ level: options.logLevel, pretty: process.stderr.isTTY === true })
  let cluster: Cluster
  try {
    cluster = await startCluster({ brokers, dir, host, port, controllerPort, config: options.set, logger })
  } catch (error) {
    console.error(`ottla: ${explain(error as Error)}`)
    process.exitCode = 1
    return
  }
  stopOnSignal(cluster)
  console.log(welcome(cluster, dir))
  const failure = await cluster.ended
  if (failure === undefined) {
    console.log('Stopped.')
    return
  }
  console.error(`ottla: ${failure.message}`)
  process.exitCode = 1
  await cluster.close()
}

/** What every newcomer meets: a cluster that runs already, or another program's port. */
export function explain(error: Error): string {
  if (/^metrics\.port: .*EADDRINUSE/.test(error.message))
    return `${error.message} (each broker needs one of its own: --set metrics.port=0 takes free ones, and --log-level info names them)`
  if (/EADDRINUSE|port is in use/.test(error.message))
    return `${error.message} (choose others with --port and --controller-port)`
  if (error.message.includes('is in use')) {
    return `${error.message}: does a cluster run already? Stop it, or choose another directory with --dir`
  }
  return error.message
}

function stopOnSignal(cluster: Cluster): void {
  let stopping = false
  const stop = () => {
    // A second Ctrl-C does not wait for the clean stop.
    if (stopping) process.exit(130)
    stopping = true
    cluster.close().catch((error: Error) => {
      console.error(`ottla: could not stop cleanly: ${error.message}`)
      process.exit(1)
    })
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function welcome(cluster: Cluster, dir: string): string {
  const chalk = new Chalk({ level: process.stdout.isTTY ? 1 : 0 })
  const first = cluster.brokers[0]!
  const address = `${first.host}:${first.port}`
  const lines = [
    `${chalk.bold.green('Ottla is ready.')} Brokers: ${chalk.bold(cluster.bootstrapServers)}  controller: ${cluster.controller}  data: ${dir}`,
    '',
    'Try next, in another terminal:',
    `  npx kafka-topics --bootstrap-server ${address} --create --topic hello --partitions 3 --replication-factor ${Math.min(3, cluster.brokers.length)}`,
    `  echo 'first light' | kcat -P -b ${address} -t hello`,
    `  kcat -C -b ${address} -t hello -e`,
    '',
    chalk.dim('Ctrl-C stops it; the data stays.'),
  ]
  return lines.join('\n')
}
