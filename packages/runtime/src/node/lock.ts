import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { assert } from '../assert.ts'
import { DiskError, type DiskLock } from '../disk.ts'
import { attempt, codeOf } from './disk-error.ts'
import { lazily } from './lazy.ts'

/**
 * Exclusive locks on files, as Apache Kafka's brokers take them (java.nio FileLock: an fcntl record lock over the whole
 * file), so that the two exclude each other. All of them end with the process, however it ends.
 *
 * - Linux: an open file description lock (F_OFD_SETLK). It conflicts with fcntl locks of other processes and, unlike
 *   those, is not lost when some other descriptor of the same file is closed in this process.
 * - macOS: an fcntl lock (F_SETLK). Opening and closing the locked file elsewhere in this process would drop it.
 * - Elsewhere: a file `<path>.pid`, created exclusively and holding the process id; one whose process is gone is
 *   replaced. It excludes other brokers of this kind only, not Apache Kafka's; and two that start at the same moment over
 *   a file that a dead process has left may both take it.
 */
export function lockFile(file: string): DiskLock | undefined {
  const name = realName(file)
  if (heldHere.has(name)) return undefined
  const unlock = takeFromSystem(name)
  if (unlock === undefined) return undefined
  heldHere.add(name)
  return releaseOnce(() => {
    unlock()
    heldHere.delete(name)
  })
}

/** Locks held by this process: an fcntl lock does not exclude a second holder in the same process. */
const heldHere = new Set<string>()

type Unlock = () => void

function takeFromSystem(file: string): Unlock | undefined {
  const flavor = fcntlFlavors[process.platform]
  return flavor === undefined ? takeByProcessId(`${file}.pid`) : takeByFcntl(file, flavor)
}

/**
 * Two names of one file are one lock: links of the directory are resolved. The file itself is not opened for that, since
 * closing it again would drop an fcntl lock of this process.
 */
function realName(file: string): string {
  const directory = attempt('lock', file, () => fs.realpathSync(path.dirname(file)))
  return path.join(directory, path.basename(file))
}

function releaseOnce(release: Unlock): DiskLock {
  let released = false
  return {
    release() {
      if (released) return
      released = true
      release()
    },
  }
}

interface FcntlFlavor {
  /** The command that takes a lock without waiting. */
  readonly command: number
  /** `struct flock` for a write lock from byte 0 to the end, however far that is. */
  readonly wholeFileWriteLock: () => Uint8Array
}

const fcntlFlavors: Partial<Record<NodeJS.Platform, FcntlFlavor>> = {
  // { short l_type = F_WRLCK; short l_whence = SEEK_SET; long l_start; long l_len; int l_pid = 0 }; F_OFD_SETLK = 37
  linux: { command: 37, wholeFileWriteLock: () => flock(1, 0) },
  // { long l_start; long l_len; int l_pid; short l_type = F_WRLCK; short l_whence }; F_SETLK = 8
  darwin: { command: 8, wholeFileWriteLock: () => flock(3, 20) },
}

function flock(writeLock: number, typeOffset: number): Uint8Array {
  const bytes = new Uint8Array(32)
  new Int16Array(bytes.buffer)[typeOffset / 2] = writeLock
  return bytes
}

type Fcntl = (descriptor: number, command: number, type: 'void *', flock: Uint8Array) => number

const loadKoffi = lazily<typeof import('koffi')>('koffi')
let loadedFcntl: Fcntl | undefined

function fcntl(): Fcntl {
  loadedFcntl ??= loadKoffi().load(null).func('int fcntl(int, int, ...)') as unknown as Fcntl
  return loadedFcntl
}

function takeByFcntl(file: string, flavor: FcntlFlavor): Unlock | undefined {
  const descriptor = attempt('lock', file, () => fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT))
  let taken = false
  try {
    taken = attempt('lock', file, () => setLock(descriptor, file, flavor))
  } finally {
    if (!taken) fs.closeSync(descriptor)
  }
  return taken ? () => fs.closeSync(descriptor) : undefined
}

/** False when another process has the lock. */
function setLock(descriptor: number, file: string, flavor: FcntlFlavor): boolean {
  if (fcntl()(descriptor, flavor.command, 'void *', flavor.wholeFileWriteLock()) === 0) return true
  const number = loadKoffi().errno()
  const { EAGAIN, EACCES } = os.constants.errno
  if (number === EAGAIN || number === EACCES) return false
  throw new DiskError('lock', file, errnoName(number))
}

function errnoName(number: number): string {
  const found = Object.entries(os.constants.errno).find(([, value]) => value === number)
  return found?.[0] ?? `errno ${number}`
}

/** The fallback: exported for its test, since no test machine needs it. */
export function takeByProcessId(file: string): Unlock | undefined {
  const tries = 2
  for (let attemptNumber = 0; attemptNumber < tries; attemptNumber++) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => fs.rmSync(file, { force: true })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw new DiskError('lock', file, codeOf(error), error)
    }
    if (isAlive(holderOf(file))) return undefined
    fs.rmSync(file, { force: true })
  }
  return undefined
}

/** The process id in the file; 0 (no process) when the file has gone or holds none. */
function holderOf(file: string): number {
  try {
    return Number.parseInt(fs.readFileSync(file, 'utf8'), 10) || 0
  } catch {
    return 0
  }
}

function isAlive(processId: number): boolean {
  assert(processId >= 0, 'a process id is not negative', () => ({ processId }))
  if (processId === 0) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
