import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** As `kafka-server-start -daemon`: the broker goes on without this terminal and writes its lines to $LOG_DIR/kafkaServer.out. */
export function startInBackground(args) {
  const directory = process.env.LOG_DIR ?? 'logs'
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'kafkaServer.out')
  const output = openSync(path, 'a')
  const child = spawn(process.execPath, [process.argv[1], ...args], {
    detached: true,
    stdio: ['ignore', output, output],
  })
  child.unref()
  console.log(`kafka-server-start: process ${child.pid}, output in ${path}`)
}
