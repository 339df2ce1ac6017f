import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { nodeDisk } from './disk.ts'
import { takeByProcessId } from './lock.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'ottla-lock-'))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Starts a process that tries to take the lock, says "true" or "false", and then stays until it is killed. */
async function contender(command: string, args: string[]): Promise<{ took: boolean; kill: () => Promise<void> }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the contender ended with ${code} and said nothing`)))
  })
  return {
    took: said === 'true',
    kill: () => {
      child.kill('SIGKILL')
      return exited
    },
  }
}

const module = new URL('./lock.ts', import.meta.url).href
const nodeScript = `
  const { lockFile } = await import(${JSON.stringify(module)})
  console.log(lockFile(process.argv[1]) !== undefined)
  setInterval(() => {}, 60_000)`
const anotherNode = (file: string) => contender(process.execPath, ['--input-type=module', '-e', nodeScript, file])

const pythonScript = `
import fcntl, sys, time
file = open(sys.argv[1], 'r+b')
try:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print('true', flush=True)
except OSError:
    print('false', flush=True)
time.sleep(600)`
const aProgramWithFcntlLocks = (file: string) => contender('python3', ['-c', pythonScript, file])
const hasPython = spawnSync('python3', ['-c', 'import fcntl']).status === 0

/** Apache Kafka's FileLock is an fcntl lock, which Python can take too: that pair is tested where Python is at hand. */
const contenders: [string, typeof anotherNode][] = [['another process of ours', anotherNode]]
if (hasPython) contenders.push(['a process with fcntl locks', aProgramWithFcntlLocks])

describe.each(contenders)('%s', (name, start) => {
  test('does not get a lock that we hold, and gets it when we release it', async () => {
    const file = path.join(directory, `${name}-1.lock`)
    const lock = nodeDisk.lock(file)
    expect(lock).toBeDefined()
    expect((await start(file)).took).toBe(false)
    lock!.release()
    expect((await start(file)).took).toBe(true)
  })

  test('excludes us, until it dies', async () => {
    const file = path.join(directory, `${name}-2.lock`)
    writeFileSync(file, '')
    const other = await start(file)
    expect(other.took).toBe(true)
    expect(nodeDisk.lock(file)).toBeUndefined()
    await other.kill()
    const lock = nodeDisk.lock(file)
    expect(lock).toBeDefined()
    lock!.release()
  })
})

if (process.platform === 'linux') {
  test('a lock survives that the file is read and closed in this process', async () => {
    const file = path.join(directory, 'read.lock')
    const lock = nodeDisk.lock(file)
    nodeDisk.readFile(file)
    expect((await anotherNode(file)).took).toBe(false)
    lock!.release()
  })
}

test('two names of one directory are one lock', () => {
  const alias = path.join(directory, 'alias')
  symlinkSync(directory, alias)
  const lock = nodeDisk.lock(path.join(directory, 'x.lock'))
  expect(nodeDisk.lock(path.join(alias, 'x.lock'))).toBeUndefined()
  lock!.release()
  const again = nodeDisk.lock(path.join(alias, 'x.lock'))
  expect(again).toBeDefined()
  again!.release()
})

test('a lock in a directory that is absent is an error', () => {
  expect(() => nodeDisk.lock(path.join(directory, 'absent', '.lock'))).toThrow('ENOENT')
})

describe('the fallback: a file with the process id', () => {
  test('is held by a living process only, and goes away with the release', () => {
    const file = path.join(directory, 'fallback.pid')
    const unlock = takeByProcessId(file)
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid))
    expect(takeByProcessId(file)).toBeUndefined()
    unlock!()
    expect(existsSync(file)).toBe(false)
  })

  test.each(['', 'rubbish', String(2 ** 31 - 1)])('is taken over when it holds "%s"', (content) => {
    const file = path.join(directory, 'stale.pid')
    writeFileSync(file, content)
    const unlock = takeByProcessId(file)
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid))
    unlock!()
  })
})
