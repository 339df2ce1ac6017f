import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { root } from './packages.ts'

/** A workspace of one package whose command prints what another of its files says; turbo cannot run in it. */
let workspace: string

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'ottla-launch-'))
  symlinkSync(join(root, 'node_modules'), join(workspace, 'node_modules'))
  for (const file of ['bundle.ts', 'packages.ts'])
    cpSync(join(root, 'tools/build', file), join(workspace, 'tools/build', file))
  cpSync(join(root, 'packages/runtime/launch'), join(workspace, 'launch'), { recursive: true })
  write('pnpm-lock.yaml', '')
  write('package.json', '{ "type": "module" }')
  write('packages/one/package.json', '{ "name": "one", "type": "module" }')
  write('packages/one/src/bin/say.ts', "import { word } from '../word.ts'\nconsole.log(word, import.meta.url)\n")
  write('packages/one/src/word.ts', "export const word: string = 'first'\n")
  write(
    'packages/one/bin/say.js',
    "import { launch } from '../../../launch/launch.js'\nawait launch(import.meta.url, 'say')\n",
  )
})

afterEach(() => rmSync(workspace, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(join(workspace, path, '..'), { recursive: true })
  writeFileSync(join(workspace, path), text)
}

const stamp = () => join(workspace, 'packages/one/dist/bundle.stamp.json')

interface Said {
  readonly word: string
  readonly from: 'bundle' | 'sources'
  readonly stderr: string
}

async function say(): Promise<Said> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(workspace, 'cache') }
  const child = spawn(process.execPath, [join(workspace, 'packages/one/bin/say.js')], { env, stdio: 'pipe' })
  const [stdout, stderr] = await Promise.all([textOf(child.stdout!), textOf(child.stderr!), exited(child)])
  const [word = '', url = ''] = stdout.trim().split(' ')
  return { word, from: url.includes('/dist/bundle/') ? 'bundle' : 'sources', stderr }
}

async function textOf(stream: NonNullable<ChildProcess['stdout']>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}

function exited(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('close', resolve))
}

describe('a command in a workspace', () => {
  test('runs from a bundle, which is made once', async () => {
    expect(await say()).toEqual({ word: 'first', from: 'bundle', stderr: '' })
    const before = readFileSync(stamp(), 'utf8')
    expect(await say()).toMatchObject({ word: 'first', from: 'bundle' })
    expect(readFileSync(stamp(), 'utf8')).toBe(before)
  })

  test('never runs an older bundle than its sources', async () => {
    await say()
    write('packages/one/src/word.ts', "export const word: string = 'other'\n")
    expect(await say()).toMatchObject({ word: 'other', from: 'bundle' })
    write('packages/one/src/more.ts', "export const word = 'third'\n")
    write('packages/one/src/word.ts', "export { word } from './more.ts'\n")
    expect(await say()).toMatchObject({ word: 'third', from: 'bundle' })
    write('packages/one/src/more.ts', "export const word = 'forth'\n")
    expect(await say()).toMatchObject({ word: 'forth', from: 'bundle' })
  })

  test('is bundled again when dependencies were installed anew', async () => {
    await say()
    const before = readFileSync(stamp(), 'utf8')
    write('pnpm-lock.yaml', 'lockfileVersion: 9\n')
    await say()
    expect(readFileSync(stamp(), 'utf8')).not.toBe(before)
  })

  test('is bundled by one process, however many start at once', async () => {
    const said = await Promise.all(Array.from({ length: 4 }, () => say()))
    expect(said.map(({ word, from }) => `${word} ${from}`)).toEqual(Array(4).fill('first bundle'))
    expect(existsSync(join(workspace, 'packages/one/dist/bundle.lock'))).toBe(false)
  })

  test('takes over the lock of a process that is gone', async () => {
    const gone = spawn(process.execPath, ['-e', ''])
    await exited(gone)
    write('packages/one/dist/bundle.lock', String(gone.pid))
    expect(await say()).toMatchObject({ word: 'first', from: 'bundle' })
  })

  test('runs from the sources, and says so, where it cannot be bundled', async () => {
    write('tools/build/bundle.ts', "throw new Error('no bundler here')\n")
    const { word, from, stderr } = await say()
    expect({ word, from }).toEqual({ word: 'first', from: 'sources' })
    expect(stderr).toContain('no bundler here')
  })
})

test('a published package runs the bundle that it brings', async () => {
  rmSync(join(workspace, 'packages/one/src'), { recursive: true })
  write('packages/one/dist/bundle/say.js', "console.log('published', import.meta.url)\n")
  expect(await say()).toEqual({ word: 'published', from: 'bundle', stderr: '' })
})
