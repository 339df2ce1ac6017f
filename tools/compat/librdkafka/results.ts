/** Results of librdkafka's tests, one file per commit of this project, a line per test: a run that was broken off goes on. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../harness/process.ts'
import type { Outcome } from './outcome.ts'

/** The commit that is checked out; `-changed` when the tree differs from it. */
export function commit(): string {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim()
  const head = git('rev-parse', '--short=12', 'HEAD')
  return git('status', '--porcelain') === '' ? head : `${head}-changed`
}

export class Results {
  readonly file: string
  readonly #outcomes = new Map<string, Outcome>()

  /** Without `resume` an earlier file of the same commit is begun anew. */
  constructor(directory: string, name: string, resume: boolean) {
    mkdirSync(directory, { recursive: true })
    this.file = join(directory, `${name}.ndjson`)
    if (resume && existsSync(this.file)) this.#read()
    else writeFileSync(this.file, '')
  }

  get(name: string): Outcome | undefined {
    return this.#outcomes.get(name)
  }

  add(outcome: Outcome): void {
    this.#outcomes.set(outcome.name, outcome)
    appendFileSync(this.file, `${JSON.stringify(outcome)}\n`)
  }

  /** The last line may be torn. */
  #read(): void {
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      try {
        const outcome = JSON.parse(line) as Outcome
        this.#outcomes.set(outcome.name, outcome)
      } catch {
        // Not a whole line: that test runs again.
      }
    }
  }
}
