/** Packs every published package as a registry would get it, and lays the result out in an empty folder. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Manifest, type Package, root } from '../build/packages.ts'

export interface Ran {
  readonly ok: boolean
  readonly output: string
}

export function run(program: string, args: readonly string[], cwd: string): Ran {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 300_000 })
  return { ok: status === 0, output: `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}` }
}

function must({ ok, output }: Ran, what: string): void {
  if (!ok) throw new Error(`${what}: ${output}`)
}

/** Chunks of earlier bundles, kept for processes that still run on them, are nobody else's. */
function removeOldChunks({ folder, manifest }: Package): void {
  if (manifest.bin === undefined) return
  const directory = join(root, folder, 'dist/bundle')
  const { outputs } = JSON.parse(readFileSync(join(directory, 'bundle.json'), 'utf8')) as { outputs: string[] }
  for (const file of readdirSync(join(directory, 'chunks')))
    if (!outputs.includes(`chunks/${file}`)) rmSync(join(directory, 'chunks', file))
}

/** The tarballs, by package name. */
export function pack(packages: readonly Package[], directory: string): Map<string, string> {
  for (const one of packages) removeOldChunks(one)
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`)
  const args = ['-r', ...filters, 'pack', '--pack-destination', directory]
  const byPnpm = run('pnpm', args, root)
  if (!byPnpm.ok) must(run('npx', ['-y', 'pnpm@12', ...args], root), 'pnpm pack')
  return new Map(packages.map(({ manifest }) => [manifest.name, join(directory, tarballName(manifest))]))
}

function tarballName({ name, version }: Manifest): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
}

/** What an install would do, without a registry: third-party libraries are those of the workspace. */
export function unpack(packages: readonly Package[], tarballs: ReadonlyMap<string, string>, folder: string): void {
  const ours = new Set(packages.map(({ manifest }) => manifest.name))
  for (const { folder: source, manifest } of packages) {
    const home = join(folder, 'node_modules', manifest.name)
    mkdirSync(home, { recursive: true })
    must(run('tar', ['-xzf', tarballs.get(manifest.name)!, '--strip-components=1', '-C', home], folder), 'tar')
    const packed = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest
    for (const dependency of Object.keys(packed.dependencies ?? {})) {
      if (ours.has(dependency)) continue
      const link = join(home, 'node_modules', dependency)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(realpathSync(join(root, source, 'node_modules', dependency)), link)
    }
  }
}

/** As a user does: third-party libraries come from the registry. */
export function install(tarballs: ReadonlyMap<string, string>, folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
  must(run('npm', ['install', '--no-audit', '--no-fund', ...tarballs.values()], folder), 'npm install')
}
