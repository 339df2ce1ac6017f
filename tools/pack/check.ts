/**
 * `pnpm pack:check [--install]`: packs every published package and uses the result from an empty folder: each export is
 * imported under this Node.js, and under the system's where the package's `engines` allow it; declarations are compiled
 * against; each command says how it is used; a cluster starts and takes a topic. With `--install` npm installs the tarballs and
 * fetches what they depend on; without, the libraries of the workspace stand in, and no network is needed.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Manifest, type Package, publishedPackages, root } from '../build/packages.ts'
import { install, pack, run, unpack } from './packed.ts'

const problems: string[] = []
let checks = 0

function check(what: string, ok: boolean, detail = ''): void {
  checks++
  if (!ok) problems.push(`${what}\n${detail}`.trim())
}

function packedManifest(folder: string, { manifest }: Package): Manifest {
  return JSON.parse(readFileSync(join(folder, 'node_modules', manifest.name, 'package.json'), 'utf8'))
}

function checkManifest(folder: string, one: Package): void {
  const { name } = one.manifest
  const home = join(folder, 'node_modules', name)
  const manifest = packedManifest(folder, one)
  for (const [path, target] of Object.entries(manifest.exports ?? {}))
    for (const file of typeof target === 'string' ? [target] : Object.values(target))
      check(`${name}: export ${path} is in the package: ${file}`, existsSync(join(home, file)))
  for (const file of [...Object.values(manifest.bin ?? {}), 'README.md', 'LICENSE'])
    check(`${name}: ${file} is in the package`, existsSync(join(home, file)))
  check(`${name}: has a licence and a description`, Boolean(manifest.license && manifest.description))
  check(`${name}: exports what the workspace does`, same(manifest.exports, one.manifest.exports))
  check(`${name}: brings no sources`, !existsSync(join(home, 'src')))
  const wants = Object.values(manifest.dependencies ?? {})
  check(`${name}: depends on published versions`, !wants.some((version) => version.includes(':')), wants.join())
}

/** Accelerators that ws does without. */
const OPTIONAL = ['bufferutil', 'utf-8-validate']

/**
 * Here the packages lie side by side; where only one of them is installed, it must have asked for all that it names. What is in a
 * bundle of the runtime asks from where @ottla/runtime lies.
 */
function checkDependencies(folder: string, { name, dependencies = {} }: Manifest, runtime: Manifest): void {
  const own = [name, ...Object.keys(dependencies), ...builtinModules, ...OPTIONAL]
  const bundled = runtime.name in dependencies ? [...own, ...Object.keys(runtime.dependencies ?? {})] : own
  const home = join(folder, 'node_modules', name)
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
  const unknown = files
    .filter((path) => /^(dist|launch|bin)\/.*\.(js|d\.ts)$/.test(path))
    .flatMap((file) => {
      const known = file.startsWith('dist/bundle/') ? bundled : own
      const named = namedIn(readFileSync(join(home, file), 'utf8'))
      return named.filter((module) => !known.includes(module)).map((module) => `${file}: ${module}`)
    })
  check(`${name}: names its dependencies only`, unknown.length === 0, unknown.join('\n'))
}

/** The packages that import statements and calls name, outside comments. */
function namedIn(code: string): string[] {
  const statements = /^(?!\s*(?:\*|\/\/)).*?\b(?:from|import|import\(|require\(|lazily\() ?['"]([a-z@][\w@./-]*)['"]/gm
  return [...code.matchAll(statements)].map(([, module]) => /^(@[^/]+\/)?[^/]+/.exec(module!)![0])
}

function same(a: object = {}, b: object = {}): boolean {
  return Object.keys(a).join() === Object.keys(b).join()
}

/** The modules of a package as others name them; `package.json` is none. */
function modules({ name, exports = {} }: Manifest): string[] {
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => `${name}${path.slice(1)}`)
}

function checkImports(folder: string, manifest: Manifest, node: Node): void {
  for (const module of modules(manifest)) {
    const script = `const m = await import('${module}'); if (Object.keys(m).length === 0) throw new Error('exports nothing')`
    const { ok, output } = run(node.path, ['--input-type=module', '-e', script], folder)
    check(`import '${module}' under Node.js ${node.version}`, ok, output)
  }
}

function checkTypes(folder: string, manifests: readonly Manifest[]): void {
  const typed = manifests.flatMap(modules).filter((module) => !module.endsWith('/launch'))
  const lines = typed.map((module, index) => `import * as m${index} from '${module}'\nvoid m${index}\n`)
  writeFileSync(join(folder, 'consumer.ts'), lines.join(''))
  const compilerOptions = {
    target: 'ES2024',
    lib: ['ES2024', 'ESNext.Disposable', 'DOM'],
    module: 'NodeNext',
    strict: true,
  }
  const types = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')], noEmit: true }
  const config = { compilerOptions: { ...compilerOptions, ...types }, files: ['consumer.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { ok, output } = run(join(root, 'node_modules/.bin/tsc'), ['-p', folder], folder)
  check('the declarations compile', ok, output)
}

function checkCommands(folder: string, { name, bin = {} }: Manifest): void {
  for (const [command, file] of Object.entries(bin)) {
    const { output } = run(process.execPath, [join(folder, 'node_modules', name, file), '--help'], folder)
    const explained = /^usage: |^Known classes:/im.test(output)
    check(`${command} --help`, explained && !/^ +at .*:\d+:\d+\)?$/m.test(output), output)
  }
}

const CLUSTER = `
  import { Admin, unwrap } from '@ottla/client'
  import { nodeRuntime } from '@ottla/runtime/node'
  import { startCluster } from 'ottla'
  await using cluster = await startCluster()
  await using admin = new Admin(nodeRuntime(), { bootstrapServers: cluster.bootstrapServers })
  unwrap((await admin.createTopics([{ name: 'packed', numPartitions: 1 }])).get('packed'))
  console.log((await admin.listTopics()).map(({ name }) => name).join())
`

function checkCluster(folder: string): void {
  const { output } = run(process.execPath, ['--input-type=module', '-e', CLUSTER], folder)
  check('startCluster of the packed ottla takes a topic', output.trim() === 'packed', output)
}

interface Node {
  readonly path: string
  readonly version: string
}

/** The Node.js of this machine; the workspace's own comes first on the path of its scripts. */
function systemNode(): Node | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).filter((place) => !place.includes('node_modules'))
  const path = places.map((place) => join(place, 'node')).find(isExecutable)
  return path === undefined
    ? undefined
    : { path, version: run(path, ['-p', 'process.versions.node'], root).output.trim() }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** `>=22.15` and a version. */
function allows(engines: string, version: string): boolean {
  const numbers = (text: string) => text.replace(/^\D*/, '').split('.').map(Number)
  const [want, have] = [numbers(engines), numbers(version)]
  const major = have[0]! - want[0]!
  return major > 0 || (major === 0 && have[1]! >= (want[1] ?? 0))
}

function checkAll(folder: string, directory: string): void {
  const packages = publishedPackages()
  const tarballs = pack(packages, directory)
  if (process.argv.includes('--install')) install(tarballs, folder)
  else unpack(packages, tarballs, folder)
  const manifests = packages.map((one) => packedManifest(folder, one))
  for (const one of packages) checkManifest(folder, one)
  const runtime = manifests.find(({ name }) => name === '@ottla/runtime')!
  for (const manifest of manifests) checkDependencies(folder, manifest, runtime)
  const nodes = [{ path: process.execPath, version: process.versions.node }, systemNode()]
  for (const node of nodes.filter((found) => found !== undefined)) {
    const fitting = manifests.filter(({ engines }) => allows(engines?.node ?? '', node.version))
    console.log(`Node.js ${node.version}: ${fitting.map(({ name }) => name).join(', ') || 'nothing that it can run'}`)
    for (const manifest of fitting) checkImports(folder, manifest, node)
  }
  checkTypes(folder, manifests)
  for (const manifest of manifests) checkCommands(folder, manifest)
  checkCluster(folder)
}

const [folder, directory] = ['empty', 'tarballs'].map((name) => mkdtempSync(join(tmpdir(), `ottla-${name}-`)))
try {
  checkAll(folder!, directory!)
} finally {
  for (const path of [folder!, directory!]) rmSync(path, { recursive: true, force: true })
}
for (const problem of problems) console.error(`not so: ${problem}`)
console.log(`${checks} checks, ${problems.length} failed`)
process.exitCode = problems.length === 0 ? 0 : 1
