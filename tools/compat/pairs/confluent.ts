/** Confluent's client for Node.js, installed outside the workspace: its addon is compiled for some minutes. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { run } from '../harness/process.ts'

const PACKAGE = '@confluentinc/kafka-javascript@1.10.1'
const BUILD_DEADLINE_MS = 1_800_000
/** Debian packages with the headers that a dynamically linked librdkafka wants. */
const DEBIAN_PACKAGES =
  'g++ make python3 libssl-dev libsasl2-dev zlib1g-dev libzstd-dev liblz4-dev libcurl4-openssl-dev'

export const confluentDirectory = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'ottla-compat',
  'confluent',
)

/**
 * PATH without the directories that `npx` and `pnpm` put first: the workspace's Node.js is a bare program, and an addon is built
 * against the headers of the machine's, which npm runs on.
 */
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((directory) => !directory.includes('node_modules'))
  .join(delimiter)

/** The Node.js that the addon is built for and runs in; the workspace's where the machine has none. */
export const confluentNode =
  machinePath
    .split(delimiter)
    .map((directory) => join(directory, 'node'))
    .find((program) => existsSync(program)) ?? process.execPath

/** Installs and builds it where that has not been done yet, or was done for another Node.js. */
export async function installConfluent(): Promise<void> {
  const home = join(confluentDirectory, 'node_modules/@confluentinc/kafka-javascript')
  if (await loads(home)) return
  // What is there was built for another Node.js: neither npm nor node-pre-gyp would replace it.
  rmSync(join(confluentDirectory, 'node_modules'), { recursive: true, force: true })
  mkdirSync(confluentDirectory, { recursive: true })
  writeFileSync(join(confluentDirectory, 'package.json'), '{ "private": true }\n')
  const steps = [
    `export PATH='${machinePath}' CKJS_LINKING=dynamic`,
    `npm install ${PACKAGE}`,
    `cd '${home}'`,
    // A npm that does not run install scripts by itself leaves the addon unbuilt.
    `{ '${confluentNode}' -e 'require(".")' || PATH=../../.bin:$PATH node-pre-gyp install --fallback-to-build; }`,
  ]
  const options = { cwd: confluentDirectory, deadlineMs: BUILD_DEADLINE_MS }
  const { code, stdout, stderr } = await run('bash', ['-c', steps.join(' && ')], options)
  if (code === 0 && (await loads(home))) return
  const output = `${stdout}${stderr}`.split('\n').slice(-15).join('\n')
  throw new Error(`${PACKAGE} does not build. On Debian it needs: ${DEBIAN_PACKAGES}\n${output}`)
}

async function loads(home: string): Promise<boolean> {
  return existsSync(home) && (await run(confluentNode, ['-e', 'require(".")'], { cwd: home })).code === 0
}
