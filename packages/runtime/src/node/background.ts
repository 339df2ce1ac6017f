import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Kafka's `-daemon`: the command that is running is started once more, with `args`, and goes on without this terminal. Its lines
 * go to `output` in $LOG_DIR, `logs` without that.
 */
export function startInBackground(args: readonly string[], { name, output }: { name: string; output: string }): void {
  const directory = process.env.LOG_DIR ?? 'logs'
  mkdirSync(directory, { recursive: true })
  const path = join(directory, output)
  const file = openSync(path, 'a')
  const child = spawn(process.execPath, [process.argv[1]!, ...args], { detached: true, stdio: ['ignore', file, file] })
  child.unref()
  process.stdout.write(`${name}: process ${child.pid}, output in ${path}\n`)
}
