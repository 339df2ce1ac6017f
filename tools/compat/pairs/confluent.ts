/** Confluent's client for Node.js, installed outside the workspace: its addon is compiled for some minutes. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { shell } from '../harness/process.ts'

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

/** Installs and builds it where that has not been done yet. */
export async function installConfluent(): Promise<void> {
  const home = join(confluentDirectory, 'node_modules/@confluentinc/kafka-javascript')
  if (existsSync(join(home, 'build/Release/confluent-kafka-javascript.node'))) return
  mkdirSync(confluentDirectory, { recursive: true })
  writeFileSync(join(confluentDirectory, 'package.json'), '{ "private": true }\n')
  const steps = [
    'export CKJS_LINKING=dynamic',
    `npm install ${PACKAGE}`,
    // A npm that does not run install scripts by itself leaves the addon unbuilt.
    `{ [ -e '${home}/build/Release/confluent-kafka-javascript.node' ] || (cd '${home}' && PATH=../../.bin:$PATH node-pre-gyp install --fallback-to-build); }`,
  ]
  const options = { cwd: confluentDirectory, deadlineMs: BUILD_DEADLINE_MS }
  const { code, stdout, stderr } = await shell(steps.join(' && '), options)
  if (code === 0) return
  const output = `${stdout}${stderr}`.split('\n').slice(-15).join('\n')
  throw new Error(`${PACKAGE} does not build. On Debian it needs: ${DEBIAN_PACKAGES}\n${output}`)
}
