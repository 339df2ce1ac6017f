/**
 * Which file a command runs from in a workspace: the bundle of its package, and never one that is older than the sources.
 *
 * A stamp beside the bundle says of every file it was made from when and how large that was. Each start compares all of them
 * with the disk (a few hundred `stat`, two milliseconds), so that any edit, checkout or install is noticed. Then turbo makes
 * the bundle, or takes it from its cache; by one process at a time, while the others wait. Where that fails, the sources
 * themselves run: slower, and right.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { join, resolve, sep } from 'node:path'

/** How often a build is repeated because a source changed while it ran. */
const ATTEMPTS = 3
/** Times of files come from a clock that ticks slower than Date.now(). */
const CLOCK_TICK_MS = 20
const LOCK_POLL_MS = 20
const BUILD_MAX_MS = 120_000
const CACHE_MAX_MS = 24 * 3600 * 1000

export function workspaceModule(home, name) {
  const place = {
    home,
    root: resolve(home, '../..'),
    entry: join(home, 'dist/bundle', `${name}.js`),
    listing: join(home, 'dist/bundle/bundle.json'),
    stamp: join(home, 'dist/bundle.stamp.json'),
    lock: join(home, 'dist/bundle.lock'),
  }
  const fresh = isFresh(place) || makeBundle(place)
  return fresh ? place.entry : sourceOf(home, name)
}

function sourceOf(home, name) {
  const command = join(home, 'src/bin', `${name}.ts`)
  return existsSync(command) ? command : join(home, 'src', `${name}.ts`)
}

function isFresh({ root, stamp, entry }) {
  const stamped = readJson(stamp)
  if (stamped === undefined || stamped.root !== root || !existsSync(entry)) return false
  return Object.entries(stamped.files).every(([path, seen]) => look(join(root, path)) === seen)
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** What changes with every write, rename or checkout of a file; empty when there is none. */
function look(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`
}

/** True when there is a bundle of the sources as they are now. */
function makeBundle(place) {
  try {
    mkdirSync(join(place.home, 'dist'), { recursive: true })
    takeLock(place.lock)
  } catch (error) {
    return complain(error.message)
  }
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Another process may have made it while this one waited for the lock.
      if (isFresh(place)) return true
      if (!build(place)) return false
    }
    return isFresh(place)
  } finally {
    rmSync(place.lock, { force: true })
  }
}

function complain(problem) {
  process.stderr.write(`ottla: no bundle could be made, so the sources run:\n${problem}\n`)
  return false
}

/** Builds, then stamps, unless a source changed meanwhile: nobody knows then which state of it was read. */
function build(place) {
  if (process.stderr.isTTY) process.stderr.write('ottla: making the bundle of this command, once for these sources\n')
  const begin = Date.now() - CLOCK_TICK_MS
  const problem = withTurbo(place) && withoutTurbo(place)
  if (problem) return complain(problem)
  const paths = readJson(place.listing)?.inputs ?? []
  const files = Object.fromEntries(paths.map((path) => [path, look(join(place.root, path))]))
  if (!paths.some((path) => changedSince(begin, join(place.root, path)))) writeStamp(place, files)
  removeOldCache()
  return true
}

/** What Node.js compiled of earlier bundles is never asked for again; it does not clean up by itself. */
function removeOldCache() {
  const directory = getCompileCacheDir()
  if (!directory?.includes(`${sep}ottla${sep}`)) return
  for (const file of readdirSync(directory)) {
    const path = join(directory, file)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats?.isFile() && Date.now() - stats.mtimeMs > CACHE_MAX_MS) rmSync(path, { force: true })
  }
}

function changedSince(begin, path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined || stats.ctimeMs >= begin
}

function writeStamp({ root, stamp }, files) {
  writeFileSync(`${stamp}.${process.pid}`, JSON.stringify({ root, files }))
  renameSync(`${stamp}.${process.pid}`, stamp)
}

/** What went wrong; empty when nothing did. */
function withTurbo({ root, home }) {
  const { name } = readJson(join(home, 'package.json'))
  return run(
    join(root, 'node_modules/.bin/turbo'),
    ['run', 'bundle', `--filter=${name}`, '--output-logs=errors-only'],
    root,
  )
}

/** Turbo runs scripts by pnpm, which need not be there: `npx` finds the commands without it. */
function withoutTurbo({ root, home }) {
  return run(join(root, 'node_modules/.bin/node'), [join(root, 'tools/build/bundle.ts'), home], root)
}

function run(program, args, cwd) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }
  const options = { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: BUILD_MAX_MS }
  const { status, error, stdout, stderr } = spawnSync(program, args, options)
  if (error !== undefined) return error.message
  return status === 0 ? '' : `${stdout}${stderr}`.trim() || `${program} ended with ${status}`
}

/** Returns when this process holds the lock; one that was left behind is taken away. */
function takeLock(lock) {
  while (true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned(lock)) rmSync(lock, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS)
  }
}

function isAbandoned(lock) {
  const stats = statSync(lock, { throwIfNoEntry: false })
  if (stats === undefined) return false
  if (Date.now() - stats.mtimeMs > 2 * BUILD_MAX_MS) return true
  try {
    const holder = Number(readFileSync(lock, 'utf8'))
    // Between the creation of the lock and the number in it, it is empty.
    if (holder > 0) process.kill(holder, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
