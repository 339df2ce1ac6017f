/**
 * `pnpm libraries`: compiles what the packages export, and all that is reachable from there, to JavaScript and declarations
 * in `dist/lib` of each. One program for all of them: the compiler then reads every file once.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isBundled, type Package, publishedPackages, root, sourcesOf } from './packages.ts'

/**
 * Every source is named as a root: what the compiler only meets through an import of `@ottla/…` may count as somebody else's
 * for it, and is then read but not written.
 */
function compile(packages: readonly Package[], outDir: string): void {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      // That is for `pnpm types` to say.
      noUnusedLocals: false,
      noUnusedParameters: false,
      rewriteRelativeImportExtensions: true,
      rootDir: root,
      outDir,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: packages.map(({ folder }) => join(root, folder, 'src')),
    exclude: packages.map(({ folder }) => join(root, folder, 'src/**/*.test.ts')),
  }
  writeFileSync(join(outDir, 'tsconfig.json'), JSON.stringify(config))
  const program = join(root, 'node_modules/.bin/tsc')
  const { status } = spawnSync(program, ['-p', outDir], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`tsc ended with ${status}`)
}

/** The compiler rewrites `./x.ts` in JavaScript and leaves it in declarations. */
function nameDeclarations(directory: string): void {
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(directory, file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replaceAll(/((?:from|import)[ (]*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2'))
  }
}

/** Generated code is JavaScript already. */
function copyGenerated(source: string, target: string): void {
  const generated = join(source, 'gen')
  if (existsSync(generated)) cpSync(generated, join(target, 'gen'), { recursive: true })
}

/** Leaves what the exports reach, which is the code without its tests' equipment and its commands; without JavaScript if there is a bundle. */
function prune(directory: string, { manifest }: Package): void {
  const reached = new Set<string>()
  const follow = (file: string): void => {
    if (reached.has(file) || !existsSync(file)) return
    reached.add(file)
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(RELATIVE)) {
      const script = join(dirname(file), specifier!)
      follow(file.endsWith('.d.ts') ? script.replace(/\.js$/, '.d.ts') : script)
    }
  }
  for (const source of sourcesOf(manifest).values()) {
    const path = join(directory, source.replace(/^\.\/src\//, '').replace(/\.ts$/, ''))
    follow(`${path}.d.ts`)
    if (!isBundled(manifest)) follow(`${path}.js`)
  }
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, file)
    if (/\.(js|ts)$/.test(file) && !reached.has(path)) rmSync(path)
  }
}

const RELATIVE = /(?:from|import)[ (]*['"](\.{1,2}\/[^'"]*)['"]/g

/** All at once: another process may be reading what is there. */
function replaceFolder(target: string, by: string): void {
  const old = `${target}-old-${process.pid}`
  mkdirSync(dirname(target), { recursive: true })
  if (existsSync(target)) renameSync(target, old)
  renameSync(by, target)
  rmSync(old, { recursive: true, force: true })
}

function build(): void {
  mkdirSync(join(root, '.turbo'), { recursive: true })
  const outDir = mkdtempSync(join(root, '.turbo/libraries-'))
  try {
    const packages = publishedPackages()
    compile(packages, outDir)
    for (const one of packages) {
      const compiled = join(outDir, one.folder, 'src')
      copyGenerated(join(root, one.folder, 'src'), compiled)
      nameDeclarations(compiled)
      prune(compiled, one)
      replaceFolder(join(root, one.folder, 'dist/lib'), compiled)
    }
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}

build()
