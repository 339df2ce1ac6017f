import { replaceFile, writeFileAtomic } from '../atomic-file.ts'
import {
  type Disk,
  DiskError,
  type DiskFile,
  type DiskLock,
  type DiskSpace,
  type FileStat,
  type OpenMode,
} from '../disk.ts'
import type { Random } from '../random.ts'
import type { Clock } from '../time.ts'
import { directoryNode, fileNode, type Node, namesOf } from './directory-tree.ts'
import {
  type DiskFailure,
  type DiskOperation,
  DiskProcess,
  type DiskProcessOptions,
  type Later,
} from './disk-process.ts'
import { MemoryFile } from './memory-file.ts'
import { MemoryMachine } from './memory-machine.ts'

export interface MemoryDiskOptions {
  /** Processes of one machine share its files, locks and boot; a new machine unless told otherwise. */
  readonly machine?: MemoryMachine
  /** For the times of modification; they are 0 without it. */
  readonly clock?: Pick<Clock, 'now'>
  /**
   * Called with the completion of each asynchronous operation; the operation takes effect when that is called. At the end of
   * the microtasks unless told otherwise; a simulation delays them.
   */
  readonly later?: Later
  /** A crash leaves operations in flight pending for ever: in a simulation a dead process must not go on. They fail otherwise. */
  readonly forgetAtDeath?: boolean
  /** Called by each synchronous operation but a write, which a simulation may let take its time. */
  readonly onSynchronous?: (operation: DiskOperation) => void
  /** Writes complete asynchronously too. */
  readonly deferWrites?: boolean
  /** What `space` says; nothing keeps files from growing past it. */
  readonly capacityBytes?: number
}

const CAPACITY_BYTES = 2 ** 40

const DEFAULTS: DiskProcessOptions = {
  now: () => 0,
  later: (complete) => queueMicrotask(complete),
  deferWrites: false,
  forgetAtDeath: false,
  onSynchronous: undefined,
}

/**
 * Disk in memory: one process's view of a machine. It knows what has been synced, fails on demand, and crashes. After a
 * crash it serves the next process of the machine: files that were open and locks are gone, operations in flight
 * have failed.
 */
export class MemoryDisk implements Disk {
  readonly machine: MemoryMachine
  readonly #process: DiskProcess
  readonly #capacityBytes: number

  constructor(options: MemoryDiskOptions = {}) {
    this.machine = options.machine ?? new MemoryMachine()
    this.#process = new DiskProcess({ ...DEFAULTS, ...optionsOf(options) })
    this.#capacityBytes = options.capacityBytes ?? CAPACITY_BYTES
    this.machine.attach(this)
  }

  /** Writes complete asynchronously while this is set. */
  get deferWrites(): boolean {
    return this.#process.deferWrites
  }

  set deferWrites(deferred: boolean) {
    this.#process.deferWrites = deferred
  }

  /** Files cannot grow while this is set: ENOSPC, with a part of the write in the file. */
  get isFull(): boolean {
    return this.#process.isFull
  }

  set isFull(full: boolean) {
    this.#process.isFull = full
  }

  /** Makes the next matching operations fail. Failures are used up in the order in which they were asked for. */
  failNext(failure: DiskFailure): void {
    this.#process.failNext(failure)
  }

  /**
   * 'process' (kill -9): all that was written stays; of a write in flight a prefix, if there is a `random`, else nothing.
   * 'power': the machine with all its processes; see `FileContent.losePower` and `DirectoryTree.losePower`.
   */
  crash(kind: 'process'): void
  crash(kind: 'process' | 'power', random: Random): void
  crash(kind: 'process' | 'power', random?: Random): void {
    if (kind === 'process') this.die(random)
    else this.machine.losePower(random!)
  }

  /** Makes all that was written durable, as sync(1) does: a starting point for tests. */
  syncAll(): void {
    this.machine.tree.syncAll()
  }

  open(path: string, mode: OpenMode): DiskFile {
    this.#process.failIfTold('open', path)
    const { directory, name } = this.machine.tree.parent('open', path)
    let node = directory.entries.get(name)
    if (node === undefined) {
      if (mode === 'read') throw new DiskError('open', path, 'ENOENT')
      node = fileNode()
      node.content.modifiedMs = this.#process.now()
      this.machine.tree.link(directory, name, node)
    }
    if (node.kind !== 'file') throw new DiskError('open', path, 'EISDIR')
    return new MemoryFile({ path, mode, content: node.content }, this.#process)
  }

  exists(path: string): boolean {
    return this.machine.tree.find(path) !== undefined
  }

  list(directory: string): string[] {
    this.#process.failIfTold('list', directory)
    const node = this.#find('list', directory)
    if (node.kind !== 'directory') throw new DiskError('list', directory, 'ENOTDIR')
    return [...node.entries.keys()].sort()
  }

  readFile(path: string): Uint8Array {
    this.#process.failIfTold('read', path)
    const node = this.#find('read', path)
    if (node.kind !== 'file') throw new DiskError('read', path, 'EISDIR')
    const bytes = new Uint8Array(node.content.size)
    node.content.read(bytes, 0)
    return bytes
  }

  stat(path: string): FileStat {
    this.#process.failIfTold('stat', path)
    const node = this.#find('stat', path)
    if (node.kind === 'directory') return { kind: 'directory', bytes: 0, modifiedMs: node.modifiedMs }
    return { kind: 'file', bytes: node.content.size, modifiedMs: node.content.modifiedMs }
  }

  makeDirectory(path: string): void {
    this.#process.failIfTold('create', path)
    const names = namesOf(path)
    for (let depth = 1; depth <= names.length; depth++) {
      const prefix = names.slice(0, depth).join('/')
      const node = this.machine.tree.find(prefix)
      if (node?.kind === 'file') throw new DiskError('create', path, 'EEXIST')
      if (node !== undefined) continue
      const { directory, name } = this.machine.tree.parent('create', prefix)
      const made = directoryNode()
      made.modifiedMs = this.#process.now()
      this.machine.tree.link(directory, name, made)
    }
  }

  rename(from: string, to: string): void {
    this.#process.failIfTold('rename', from)
    this.machine.tree.rename(from, to)
  }

  removeFile(path: string): Promise<void> {
    return this.#process.perform('remove', path, { run: () => this.#removeFile(path) })
  }

  removeTree(path: string): Promise<void> {
    return this.#process.perform('remove', path, {
      run: () => {
        if (!this.exists(path)) return
        const { directory, name } = this.machine.tree.parent('remove', path)
        this.machine.tree.unlinkTree(directory, name)
      },
    })
  }

  syncDirectory(path: string): Promise<void> {
    const node = this.machine.tree.find(path)
    if (node?.kind !== 'directory') {
      return Promise.reject(new DiskError('sync', path, node === undefined ? 'ENOENT' : 'ENOTDIR'))
    }
    return this.#process.perform('sync', path, { run: this.machine.tree.beginSync(node) })
  }

  writeFileAtomic(path: string, content: Uint8Array): Promise<void> {
    return writeFileAtomic(this, path, content)
  }

  replaceFile(path: string, content: Uint8Array, options?: { readonly content?: 'durable' }): Promise<void> {
    return replaceFile(this, path, { content, durable: options?.content === 'durable' })
  }

  /** As large as `capacityBytes` says; the contents of all files count, the names do not. */
  async space(path: string): Promise<DiskSpace> {
    this.#find('stat', path)
    const usedBytes = this.isFull ? this.#capacityBytes : this.machine.tree.contentBytes()
    return { totalBytes: this.#capacityBytes, usableBytes: Math.max(0, this.#capacityBytes - usedBytes) }
  }

  lock(path: string): DiskLock | undefined {
    this.#process.failIfTold('lock', path)
    this.open(path, 'write').close()
    return this.machine.lock(path, this)
  }

  join(...segments: string[]): string {
    const names = namesOf(segments.join('/'))
    return (segments[0]?.startsWith('/') ? '/' : '') + names.join('/')
  }

  absolute(path: string): string {
    return `/${namesOf(path).join('/')}`
  }

  bootId(): string {
    return this.machine.bootId
  }

  /** Ends the process that used this disk: called by the machine when it loses power. */
  die(random?: Random): void {
    this.#process.die(random)
    this.machine.releaseAll(this)
  }

  #removeFile(path: string): void {
    const node = this.machine.tree.find(path)
    if (node === undefined) return
    if (node.kind === 'directory') throw new DiskError('remove', path, 'EISDIR')
    const { directory, name } = this.machine.tree.parent('remove', path)
    this.machine.tree.unlink(directory, name)
  }

  #find(operation: DiskOperation, path: string): Node {
    const node = this.machine.tree.find(path)
    if (node === undefined) throw new DiskError(operation, path, 'ENOENT')
    return node
  }
}

function optionsOf({
  clock,
  later,
  deferWrites,
  forgetAtDeath,
  onSynchronous,
}: MemoryDiskOptions): Partial<DiskProcessOptions> {
  return {
    ...(clock && { now: () => clock.now() }),
    ...(later && { later }),
    ...(deferWrites !== undefined && { deferWrites }),
    ...(forgetAtDeath !== undefined && { forgetAtDeath }),
    ...(onSynchronous && { onSynchronous }),
  }
}
