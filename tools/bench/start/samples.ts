/** One cold start each, in a new process and a new, empty directory. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../../compat/harness/cluster.ts'
import { root, run, Server } from '../../compat/harness/process.ts'
import { createTopic, produceText } from '../../compat/harness/records.ts'

/** A figure's name, and its value in one run. */
export type Sample = Readonly<Record<string, number>>

/** What a server does after its start is over by then. */
const IDLE_MS = 2000

const idle = () => new Promise((resolve) => setTimeout(resolve, IDLE_MS))

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
}

async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-start-'))
  try {
    return await use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function firstRecord(broker: string): Promise<void> {
  await createTopic(broker, 'first')
  await firstProduce(broker)
}

const firstProduce = (broker: string) => produceText({ broker, topic: 'first', partition: 0 }, ['light'])

/** `ottla start`; with it `kafka-topics --list`. */
export function command(): Promise<Sample> {
  return inDirectory(async (directory) => {
    const [port, controllerPort] = await freePorts(2)
    const options = ['--dir', directory, '--port', String(port), '--controller-port', String(controllerPort)]
    const begin = performance.now()
    await using cluster = new Server(process.execPath, [bin('embedded/bin/ottla.js'), 'start', ...options])
    await cluster.waitFor(/is ready/)
    const ready = performance.now() - begin
    const broker = `127.0.0.1:${port}`
    await firstRecord(broker)
    const firstAck = performance.now() - begin
    await idle()
    const resident = residentMiB(cluster.pid)
    const list = await took(() => run(process.execPath, [bin('cli/bin/kafka-topics.js'), ...listTopics(broker)]))
    return {
      'ottla start: ready (ms)': ready,
      'ottla start: first acknowledged record (ms)': firstAck,
      'ottla start: resident memory, idle (MiB)': resident,
      'kafka-topics --list (ms)': list,
    }
  })
}

const bin = (path: string) => join(root, 'packages', path)

const listTopics = (broker: string) => ['--bootstrap-server', broker, '--list']

async function took(run: () => Promise<{ readonly code: number | null }>): Promise<number> {
  const begin = performance.now()
  const { code } = await run()
  if (code !== 0) throw new Error(`a command ended with ${code}`)
  return performance.now() - begin
}

/** `startCluster()` in a process that does nothing else. */
export async function embedded(): Promise<Sample> {
  const { stdout, stderr } = await run(process.execPath, [join(root, 'tools/bench/start/embedded.ts')])
  if (stdout === '') throw new Error(stderr)
  const { importMs, startMs, firstAckMs } = JSON.parse(stdout)
  return {
    "import 'ottla' (ms)": importMs,
    'startCluster() (ms)': startMs,
    'then the first acknowledged record (ms)': firstAckMs,
  }
}

const KAFKA = join(root, 'tools/compat/apache/kafka')
/** The first call downloads the jars. */
const DEADLINE_MS = 600_000

/** The second start of a node of Apache Kafka: its storage is formatted, the jars are in the page cache. */
export function apache(): Promise<Sample> {
  return inDirectory(async (directory) => {
    const [port] = await freePorts(1)
    const options = ['--dir', directory]
    const first = await run(KAFKA, ['start', ...options, '--base-port', String(port)], { deadlineMs: DEADLINE_MS })
    if (first.code !== 0) throw new Error(`Apache Kafka does not start: ${first.stderr}`)
    await run(KAFKA, ['stop', ...options])
    const broker = readFileSync(join(directory, 'bootstrap'), 'utf8').trim()
    try {
      const begin = performance.now()
      await run(KAFKA, ['start-node', '1', ...options], { deadlineMs: DEADLINE_MS })
      await untilDone(() => createTopic(broker, 'first'))
      await untilDone(() => firstProduce(broker))
      const firstAck = performance.now() - begin
      await idle()
      const resident = residentMiB(Number(readFileSync(join(directory, 'node1.pid'), 'utf8')))
      const list = await took(() => run(KAFKA, ['tool', 'kafka-topics', ...listTopics(broker)]))
      return {
        'Apache Kafka: first acknowledged record (ms)': firstAck,
        'Apache Kafka: resident memory, idle (MiB)': resident,
        "Apache's kafka-topics --list (ms)": list,
      }
    } finally {
      await run(KAFKA, ['stop', ...options])
    }
  })
}

/** A node that has started refuses for a moment: no leader yet, or not everything is loaded. */
async function untilDone(act: () => Promise<void>): Promise<void> {
  for (let left = 500; ; left--) {
    try {
      return await act()
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
