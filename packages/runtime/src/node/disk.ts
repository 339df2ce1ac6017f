import fs from 'node:fs'
import path from 'node:path'
import type { Disk, DiskFile, DiskLock, DiskSpace, FileStat, OpenMode } from '../disk.ts'
import { attempt, codeOf, diskError } from './disk-error.ts'
import { NodeFile, WritePace } from './disk-file.ts'
import { lockFile } from './lock.ts'
import { replaceSmallFile } from './write-small-file.ts'

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id'

class NodeDisk implements Disk {
  readonly #paces = new Map<number, WritePace>()

  open(file: string, mode: OpenMode): DiskFile {
    return new NodeFile(file, { mode, paceOf: (device) => this.#paceOf(device) })
  }

  exists(file: string): boolean {
    return fs.existsSync(file)
  }

  list(directory: string): string[] {
    return attempt('list', directory, () => fs.readdirSync(directory)).sort()
  }

  readFile(file: string): Uint8Array {
    return attempt('read', file, () => asBytes(fs.readFileSync(file)))
  }

  stat(file: string): FileStat {
    const stat = attempt('stat', file, () => fs.statSync(file))
    const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other'
    return { kind, bytes: stat.size, modifiedMs: stat.mtimeMs }
  }

  makeDirectory(directory: string): void {
    attempt('create', directory, () => fs.mkdirSync(directory, { recursive: true }))
  }

  rename(from: string, to: string): void {
    attempt('rename', from, () => fs.renameSync(from, to))
  }

  async removeFile(file: string): Promise<void> {
    await fs.promises.unlink(file).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw diskError('remove', file, error)
    })
  }

  async removeTree(directory: string): Promise<void> {
    await fs.promises.rm(directory, { recursive: true, force: true }).catch((error: unknown) => {
      throw diskError('remove', directory, error)
    })
  }

  /** Windows has no such call: its file systems journal names by themselves. */
  async syncDirectory(directory: string): Promise<void> {
    if (process.platform === 'win32') return
    try {
      const handle = await fs.promises.open(directory, 'r')
      await handle.sync().finally(() => handle.close())
    } catch (error) {
      throw diskError('sync', directory, error)
    }
  }

  async writeFileAtomic(file: string, content: Uint8Array): Promise<void> {
    await replaceSmallFile(file, content, { durable: true })
    await this.syncDirectory(path.dirname(file))
  }

  replaceFile(file: string, content: Uint8Array, options?: { readonly content?: 'durable' }): Promise<void> {
    return replaceSmallFile(file, content, { durable: options?.content === 'durable' })
  }

  async space(file: string): Promise<DiskSpace> {
    const { blocks, bavail, bsize } = await fs.promises.statfs(file).catch((error: unknown) => {
      throw diskError('stat', file, error)
    })
    return { totalBytes: blocks * bsize, usableBytes: bavail * bsize }
  }

  lock(file: string): DiskLock | undefined {
    return lockFile(path.resolve(file))
  }

  join(...segments: string[]): string {
    return path.join(...segments)
  }

  absolute(file: string): string {
    return path.resolve(file)
  }

  bootId(): string | undefined {
    try {
      return fs.readFileSync(BOOT_ID_FILE, 'utf8').trim()
    } catch {
      return undefined
    }
  }

  #paceOf(device: number): WritePace {
    let pace = this.#paces.get(device)
    if (pace === undefined) {
      pace = new WritePace()
      this.#paces.set(device, pace)
    }
    return pace
  }
}

function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/** The file systems of this machine. */
export const nodeDisk: Disk = new NodeDisk()
