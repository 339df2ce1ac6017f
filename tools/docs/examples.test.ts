/** The TypeScript blocks of the READMEs, run as they stand, one after the other on one cluster. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
/** Where the READMEs say that the cluster is. */
const ADDRESS = 'localhost:9092'
/** An example that prints nothing of what it should is killed before the test's own limit. */
const EXAMPLE_MS = 100_000

interface Example {
  /** What it prints, at least. */
  readonly shows: RegExp
  /** By itself, by Ctrl-C in good order, or not before it is killed. */
  readonly ends: 'itself' | 'interrupted' | 'never'
}

const itself = (shows: RegExp): Example => ({ shows, ends: 'itself' })

/** Blocks in the order of the file; undefined is one that cannot stand alone. */
const EXAMPLES: Readonly<Record<string, readonly (Example | undefined)[]>> = {
  'README.md': [
    itself(/^\[ 'greetings' \]$/m),
    undefined, // hooks of a test framework
    itself(/^second light$/m),
    { shows: /^\d 0 second light$/m, ends: 'interrupted' },
  ],
  'packages/client/README.md': [
    itself(/^0 0$/m),
    itself(/^greetings-1 at offset 0$/m),
    { shows: /^1 0 hello$/m, ends: 'never' },
    { shows: /^1 0 hello$/m, ends: 'interrupted' },
  ],
  'packages/embedded/README.md': [itself(/^\[ 'greetings' \]$/m)],
  'packages/runtime/README.md': [itself(/^synced, [\s\S]*^a minute later, at once$/m)],
  'packages/protocol/README.md': [itself(/^example \[ 'test-demo' \]$/m)],
  'packages/replication/README.md': [itself(/^0 \[ 'orders' \]\n1073741824$/m)],
  'packages/storage/README.md': [itself(/firstOffset: 0,[\s\S]*^71$/m)],
}

let directory: string
let cluster: Running
let address: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-examples-'))
  const bin = join(ROOT, 'packages/embedded/bin/ottla.js')
  cluster = new Running([bin, 'start', '--port', '0', '--dir', join(directory, 'cluster')], ROOT)
  const [, brokers] = await cluster.seen(/Brokers: (\S+)/)
  address = brokers!
})

afterAll(async () => {
  await cluster.ended('SIGTERM')
  rmSync(directory, { recursive: true })
})

test.each(Object.keys(EXAMPLES))('%s', async (file) => {
  const blocks = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
  expect(blocks).toHaveLength(EXAMPLES[file]!.length)
  for (const [at, example] of EXAMPLES[file]!.entries()) {
    if (example !== undefined) await check(blocks[at]![1]!, example, join(ROOT, dirname(file)))
  }
})

async function check(code: string, { shows, ends }: Example, folder: string): Promise<void> {
  const here = code.replaceAll(ADDRESS, address).replaceAll('./data', join(directory, 'data'))
  const program = new Running(['--no-warnings', '--input-type=module-typescript', '--eval', here], folder, EXAMPLE_MS)
  try {
    await program.seen(shows)
    if (ends !== 'never') expect(await program.ended(ends === 'interrupted' ? 'SIGINT' : undefined)).toBe(0)
  } finally {
    await program.ended('SIGKILL')
  }
}

/** A process of Node, and what it has printed. */
class Running {
  private readonly child: ChildProcess
  private readonly exit: Promise<number | null>
  private out = ''
  private err = ''

  constructor(args: readonly string[], cwd: string, timeout?: number) {
    this.child = spawn(process.execPath, args, { cwd, timeout, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child.stdout!.on('data', (bytes: Buffer) => (this.out += bytes))
    this.child.stderr!.on('data', (bytes: Buffer) => (this.err += bytes))
    this.exit = new Promise((resolve) => this.child.once('close', resolve))
  }

  /** Rejects with what was printed when the process ends without it. */
  seen(wanted: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = wanted.exec(this.out)
        if (found !== null) resolve(found)
        return found !== null
      }
      if (!look()) this.child.stdout!.on('data', look)
      void this.exit.then(() => look() || reject(new Error(`${wanted} was not printed:\n${this.out}\n${this.err}`)))
    })
  }

  /** Its exit code, after the signal if there is one. */
  ended(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.child.kill(signal)
    return this.exit
  }
}
