/** librdkafka's own test program: fetched from npm, built once, kept outside the workspace. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'

/** The npm package carries librdkafka's sources, tests included. */
const PACKAGE = '@confluentinc/kafka-javascript'
const VERSION = '1.10.1'

/** Debian packages whose headers and tools the build needs. */
const DEBIAN_PACKAGES = 'gcc g++ make python3 zlib1g-dev libssl-dev libzstd-dev libcurl4-openssl-dev rapidjson-dev'

export const cacheDirectory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'librdkafka-tests', VERSION)

/** The folder that holds `test-runner`; builds it when it is not there (about four minutes on two cores). */
export function builtTests(): string {
  const sources = join(cacheDirectory, 'package/deps/librdkafka')
  const marker = join(cacheDirectory, 'built')
  if (!existsSync(marker)) {
    build(sources)
    writeFileSync(marker, '')
  }
  return join(sources, 'tests')
}

function build(sources: string): void {
  mkdirSync(cacheDirectory, { recursive: true })
  console.error(`fetching ${PACKAGE} ${VERSION} and building librdkafka's tests; this takes some minutes`)
  const log = join(cacheDirectory, 'build.log')
  const steps = [
    `cd '${cacheDirectory}'`,
    'rm -rf package',
    `tar xzf "$(npm pack --silent ${PACKAGE}@${VERSION} | tail -1)"`,
    `cd '${sources}'`,
    './configure --disable-debug-symbols --disable-gssapi --disable-lz4-ext',
    `make -j${availableParallelism()} libs`,
    `make -j${availableParallelism()} -C tests build`,
  ]
  const { status } = spawnSync('bash', ['-c', `{ ${steps.join(' && ')}; } > '${log}' 2>&1`], { stdio: 'inherit' })
  if (status === 0) return
  const tail = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-15).join('\n') : ''
  throw new Error(`the build failed (${log}). On Debian it needs: ${DEBIAN_PACKAGES}\n${tail}`)
}
