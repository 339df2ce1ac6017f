/**
 * How the commands start. This and workspace.js are JavaScript, and small: they run before anything else, on every start,
 * by whatever Node.js the user has.
 */
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A server that is killed writes no compile cache at its end: it does so when it has started. */
const FLUSH_AFTER_MS = 3000

/**
 * Runs the command `name` of the package that the file `from` (an `import.meta.url` of `<package>/bin`) belongs to: its bundle,
 * which a published package brings along and a workspace makes when there is none or a source has changed since.
 */
export async function launch(from, name) {
  if (nodeModule.flushCompileCache === undefined) {
    process.stderr.write(`${name}: needs Node.js 22.15 or newer; this is ${process.versions.node}\n`)
    process.exitCode = 1
    return
  }
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(userCache(), 'ottla', 'compile-cache'))
  setTimeout(nodeModule.flushCompileCache, FLUSH_AFTER_MS).unref()
  await import(await moduleOf(from, name))
}

/** The URL of the bundled module; of the sources of it in a workspace where it cannot be bundled. */
export async function moduleOf(from, name) {
  const home = fileURLToPath(new URL('..', from))
  if (!existsSync(join(home, 'src'))) return pathToFileURL(join(home, 'dist', 'bundle', `${name}.js`)).href
  const { workspaceModule } = await import('./workspace.js')
  return pathToFileURL(workspaceModule(home, name)).href
}

function userCache() {
  const { env, platform } = process
  if (platform === 'win32' && env.LOCALAPPDATA) return env.LOCALAPPDATA
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  return env.XDG_CACHE_HOME || join(homedir(), '.cache')
}
