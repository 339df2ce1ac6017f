/** Apache Kafka from Maven's jars: many lines of its tools in one JVM, and a broker of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrokerProcesses } from './broker-processes.ts'
import { freePorts } from './cluster.ts'
import { eventually, root, run, Server } from './process.ts'

const HOME = join(root, 'tools/compat/apache')
const KAFKA = join(HOME, 'kafka')
/** The first call downloads the jars. */
const DEADLINE_MS = 600_000
const STOP_MS_MAX = 20_000

const CLASSES: Readonly<Record<string, string>> = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-dump-log': 'org.apache.kafka.tools.DumpLogSegments',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'kafka-reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-cluster': 'org.apache.kafka.tools.ClusterTool',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-groups': 'org.apache.kafka.tools.GroupsCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
}

export interface Output {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What Apache's tools answer to these command lines (words are separated by single blanks), one after the other in one JVM. */
export async function apacheTools(lines: readonly string[]): Promise<Output[]> {
  const jars = (await run(KAFKA, ['jars'], { deadlineMs: DEADLINE_MS })).stdout.trim()
  const logging = `-Dlog4j2.configurationFile=file:${join(HOME, 'log4j2-tools.properties')}`
  const input = lines.map((line) => `${line.replace(/^\S+/, classOf).replaceAll(' ', '\t')}\n`).join('')
  const java = ['-Xmx512M', logging, '-cp', `${jars}/*`, join(HOME, 'Batch.java')]
  const { stdout, stderr } = await run('java', java, { input, deadlineMs: DEADLINE_MS })
  const answers = stdout.split('\n').slice(0, -1).map(parseAnswer)
  if (answers.length === lines.length) return answers
  throw new Error(`${answers.length} answers to ${lines.length} lines:\n${stderr}`)
}

function classOf(tool: string): string {
  const name = CLASSES[tool]
  if (name === undefined) throw new Error(`the class of ${tool} is not known here`)
  return name
}

function parseAnswer(answer: string): Output {
  const [code, stdout, stderr] = answer.split(' ')
  return { code: Number(code), stdout: fromBase64(stdout!), stderr: fromBase64(stderr!) }
}

function fromBase64(text: string): string {
  return Buffer.from(text.slice('='.length), 'base64').toString()
}

/** One of Apache's tools as a process that goes on, such as a consumer; words are separated by single blanks. */
export function apacheTool(line: string): Server {
  return new Server(KAFKA, ['tool', ...line.split(' ')])
}

export interface ApacheOptions {
  readonly brokers?: 1 | 3
  readonly heap?: string
  /** Lines KEY=VALUE for every node. */
  readonly config?: readonly string[]
  /** Lines KEY=VALUE for one node. */
  readonly brokerConfig?: (id: number) => readonly string[]
  /** The first of consecutive ports; the controllers' are a hundred higher. */
  readonly basePort?: number
}

/** Nodes of Apache Kafka, each broker and controller in one, in a temporary directory. */
export class ApacheBroker implements BrokerProcesses {
  readonly name = 'Apache Kafka'
  readonly bootstrap: string
  readonly #directory: string

  private constructor(directory: string, bootstrap: string) {
    this.#directory = directory
    this.bootstrap = bootstrap
  }

  static async start(options: ApacheOptions = {}): Promise<ApacheBroker> {
    const { brokers = 1, heap = '512m', config = [] } = options
    const directory = mkdtempSync(join(tmpdir(), 'ottla-apache-broker-'))
    const port = options.basePort ?? (await portWithController(brokers))
    const ids = Array.from({ length: brokers }, (_, index) => index + 1)
    const settings = config.flatMap((line) => ['--set', line])
    const single = ids.flatMap(
      (id) => options.brokerConfig?.(id).flatMap((line) => ['--node-set', `${id}:${line}`]) ?? [],
    )
    const args = ['start', '--dir', directory, '--nodes', String(brokers), '--base-port', String(port), '--heap', heap]
    const { code, stderr } = await run(KAFKA, [...args, ...settings, ...single], { deadlineMs: DEADLINE_MS })
    if (code !== 0) throw new Error(`Apache Kafka does not start: ${stderr}`)
    return new ApacheBroker(directory, readFileSync(join(directory, 'bootstrap'), 'utf8').trim())
  }

  get brokerIds(): number[] {
    return this.bootstrap.split(',').map((_, index) => index + 1)
  }

  get pids(): number[] {
    return this.brokerIds.map((id) => this.pid(id))
  }

  pid(id: number): number {
    return Number(readFileSync(join(this.#directory, `node${id}.pid`), 'utf8'))
  }

  isRunning(id: number): boolean {
    return isProcess(this.pid(id))
  }

  async kill(id: number): Promise<void> {
    const pid = this.pid(id)
    if (isProcess(pid)) process.kill(pid, 'SIGKILL')
    await eventually(`node ${id} ends`, async () => !isProcess(pid) || undefined)
  }

  /** The last ones find no quorum for their controlled shutdown, and are killed. */
  async stop(id: number): Promise<void> {
    const pid = this.pid(id)
    if (isProcess(pid)) process.kill(pid, 'SIGTERM')
    const hasEnded = async () => !isProcess(pid) || undefined
    await eventually(`node ${id} ends`, hasEnded, STOP_MS_MAX).catch(() => this.kill(id))
  }

  async launch(id: number): Promise<void> {
    const { code, stderr } = await run(KAFKA, ['start-node', String(id), '--dir', this.#directory])
    if (code !== 0) throw new Error(`node ${id} of Apache Kafka does not start: ${stderr}`)
  }

  logDirectory(id = 1): string {
    return join(this.#directory, `node${id}/data`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(KAFKA, ['stop', '--dir', this.#directory, '--clean'])
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** One that nobody has waited for yet is still there, for the script too. */
function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The first of consecutive free ports whose hundredth successors, where the script puts the controllers, are free too. */
export async function portWithController(brokers: number): Promise<number> {
  for (;;) {
    const [port] = await freePorts(1)
    const wanted = Array.from({ length: brokers }, (_, index) => [port! + index, port! + index + 100]).flat()
    if (wanted.at(-1)! <= 65_535 && (await Promise.all(wanted.map(isFree))).every(Boolean)) return port!
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
