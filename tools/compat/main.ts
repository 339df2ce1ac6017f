/**
 * `pnpm compat`: the suites with foreign clients and tools, by jest (further words are jest's: a file, `-t NAME`);
 * `pnpm compat librdkafka …`: librdkafka's own tests; `pnpm compat groups …`: consumers of many clients in groups (groups/options.ts).
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { groupsEnvironment } from './groups/options.ts'
import { root } from './harness/process.ts'
import { librdkafka } from './librdkafka/main.ts'

const [suite, ...args] = process.argv.slice(2)
process.exitCode = await run()

async function run(): Promise<number> {
  if (suite === 'librdkafka') return librdkafka(args)
  if (suite === 'groups') return jest(['compat/groups.compat.ts'], groupsEnvironment(args))
  return jest(process.argv.slice(2))
}

function jest(words: readonly string[], environment: Readonly<Record<string, string>> = {}): number {
  const program = join(root, 'node_modules/jest/bin/jest.js')
  const config = join(root, 'tools/compat/jest.config.js')
  const options = ['--no-warnings', '--experimental-vm-modules', program, '--config', config, '--runInBand']
  return (
    spawnSync(process.execPath, [...options, ...words], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    }).status ?? 1
  )
}
