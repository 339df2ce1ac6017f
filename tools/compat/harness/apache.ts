/** Apache Kafka from Maven's jars: many lines of its tools in one JVM, and a broker of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './cluster.ts'
import { root, run } from './process.ts'

const HOME = join(root, 'tools/compat/apache')
const KAFKA = join(HOME, 'kafka')
/** The first call downloads the jars. */
const DEADLINE_MS = 600_000

const CLASSES: Readonly<Record<string, string>> = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-dump-log': 'org.apache.kafka.tools.DumpLogSegments',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
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

/** One node of Apache Kafka, broker and controller, in a temporary directory. */
export class ApacheBroker implements AsyncDisposable {
  readonly bootstrap: string
  readonly #directory: string

  private constructor(directory: string, bootstrap: string) {
    this.#directory = directory
    this.bootstrap = bootstrap
  }

  static async start(): Promise<ApacheBroker> {
    const directory = mkdtempSync(join(tmpdir(), 'ottla-apache-broker-'))
    const port = await portWithController()
    const args = ['start', '--dir', directory, '--base-port', String(port), '--heap', '512m']
    const { code, stderr } = await run(KAFKA, args, { deadlineMs: DEADLINE_MS })
    if (code !== 0) throw new Error(`Apache Kafka does not start: ${stderr}`)
    return new ApacheBroker(directory, readFileSync(join(directory, 'bootstrap'), 'utf8').trim())
  }

  logDirectory(): string {
    return join(this.#directory, 'node1/data')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(KAFKA, ['stop', '--dir', this.#directory, '--clean'])
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** A free port whose hundredth successor, where the script puts the controller, is free too. */
async function portWithController(): Promise<number> {
  for (;;) {
    const [port] = await freePorts(1)
    if (port! + 100 <= 65_535 && (await isFree(port! + 100))) return port!
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
