/** The brokers that are compared, each alone in a directory of its own that goes with it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../../compat/harness/cluster.ts'
import { root, run, Server } from '../../compat/harness/process.ts'

export interface System extends AsyncDisposable {
  readonly name: string
  readonly bootstrap: string
  readonly pid: number
}

/** Topics that are deleted must not fill the disk for the default of a minute. */
const SETTINGS = ['file.delete.delay.ms=1000', 'log.segment.delete.delay.ms=1000']

/** `further`: more lines KEY=VALUE of the broker's configuration. */
export async function startOttla(further: readonly string[] = []): Promise<System> {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-'))
  const [port, controllerPort] = await freePorts(2)
  const options = ['--dir', directory, '--port', String(port), '--controller-port', String(controllerPort)]
  const settings = [SETTINGS[1]!, ...further].flatMap((line) => ['--set', line])
  const server = new Server(process.execPath, [
    join(root, 'packages/embedded/bin/ottla.js'),
    'start',
    ...options,
    ...settings,
  ])
  await server.waitFor(/is ready/)
  return {
    name: 'Ottla',
    bootstrap: `127.0.0.1:${port}`,
    pid: server.pid,
    async [Symbol.asyncDispose]() {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const KAFKA = join(root, 'tools/compat/apache/kafka')
/** The first call downloads the jars. */
const DEADLINE_MS = 600_000

export async function startApache(further: readonly string[] = []): Promise<System> {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-apache-'))
  const [port] = await freePorts(1)
  const settings = [SETTINGS[1]!, ...further].flatMap((line) => ['--set', line])
  const args = ['start', '--dir', directory, '--base-port', String(port)]
  const { code, stderr } = await run(KAFKA, [...args, ...settings], { deadlineMs: DEADLINE_MS })
  if (code !== 0) throw new Error(`Apache Kafka does not start: ${stderr}`)
  return {
    name: 'Apache Kafka',
    bootstrap: readFileSync(join(directory, 'bootstrap'), 'utf8').trim(),
    pid: Number(readFileSync(join(directory, 'node1.pid'), 'utf8')),
    async [Symbol.asyncDispose]() {
      await run(KAFKA, ['stop', '--dir', directory, '--clean'])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
