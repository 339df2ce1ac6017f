/**
 * `node tools/build/bundle.ts [PACKAGE FOLDER]`: bundles the commands of one package (`src/bin/*.ts`, and `src/index.ts` of the
 * embedded cluster) into `dist/bundle`, with everything of the workspace and the pure JavaScript libraries inside. Native addons
 * and what `lazily` loads stay outside and are found from where @ottla/runtime is installed.
 *
 * Beside the bundle lies `bundle.json`: the files it consists of, and every file it was made from, relative to the root of the
 * workspace. The launcher looks whether one of these has changed (packages/runtime/launch/workspace.js).
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { isBundled, readManifest, root } from './packages.ts'

/** What a running process may still load from a bundle that has been replaced meanwhile is kept this long. */
const OLD_CHUNK_MS = 24 * 3600 * 1000

const LISTING = 'bundle.json'

/** Optional accelerators of ws, which it does without. */
const EXTERNAL = ['bufferutil', 'utf-8-validate']

/**
 * The runtime's own libraries are not installed beside the package whose bundle it lies in: it resolves them as if it
 * were still in its own package.
 */
const requireFromRuntime: Plugin = {
  name: 'require from @ottla/runtime',
  transform: {
    filter: { id: /packages\/runtime\/src\/node\// },
    handler(code) {
      return code.replaceAll(
        'createRequire(import.meta.url)',
        "createRequire(createRequire(import.meta.url).resolve('@ottla/runtime/package.json'))",
      )
    },
  },
}

function entries(home: string): Record<string, string> {
  const bins = readdirSync(join(home, 'src/bin')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const found = Object.fromEntries(bins.map((file) => [basename(file, '.ts'), join(home, 'src/bin', file)]))
  return isBundled(readManifest(relative(root, home))) ? { ...found, index: join(home, 'src/index.ts') } : found
}

/** Workspace files that the bundle was made from. What is installed is stood for by the lockfile. */
function inputsOf(moduleIds: Iterable<string>): string[] {
  const sources = [...moduleIds].filter((id) => id.startsWith(root) && !id.includes('/node_modules/'))
  const manifests = sources.map((id) => join(root, ...relative(root, id).split('/').slice(0, 2), 'package.json'))
  const always = ['tools/build/bundle.ts', 'tools/build/packages.ts', 'pnpm-lock.yaml'].map((path) => join(root, path))
  return [...new Set([...sources, ...manifests, ...always])].map((path) => relative(root, path)).sort()
}

/** Each file appears whole: another process may be starting from here. */
function writeWhole(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.${process.pid}`, text)
  renameSync(`${path}.${process.pid}`, path)
}

function removeOldChunks(directory: string, current: readonly string[]): void {
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, file)
    const stats = statSync(path)
    if (stats.isFile() && !current.includes(file) && Date.now() - stats.mtimeMs > OLD_CHUNK_MS) rmSync(path)
  }
}

async function bundle(home: string): Promise<void> {
  const directory = join(home, 'dist/bundle')
  let inputs: string[] = []
  const listInputs: Plugin = {
    name: 'list inputs',
    buildEnd() {
      inputs = inputsOf(this.getModuleIds())
    },
  }
  await using build = await rolldown({
    input: entries(home),
    platform: 'node',
    external: EXTERNAL,
    plugins: [requireFromRuntime, listInputs],
    logLevel: 'warn',
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
  for (const file of output) writeWhole(join(directory, file.fileName), file.type === 'chunk' ? file.code : file.source)
  const outputs = output.map(({ fileName }) => fileName)
  writeWhole(join(directory, LISTING), `${JSON.stringify({ inputs, outputs }, null, 1)}\n`)
  removeOldChunks(directory, [...outputs, LISTING])
}

try {
  await bundle(resolve(process.argv[2] ?? '.'))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
