import fs from 'node:fs'
import path from 'node:path'
import { writeFileAtomic } from '../atomic-file.ts'
import type { Disk, DiskFile, DiskLock, FileStat, OpenMode } from '../disk.ts'
import { attempt, codeOf, diskError } from './disk-error.ts'
import { NodeFile, WritePace } from './disk-file.ts'
import { lockFile } from './lock.ts'

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

  writeFileAtomic(file: string, content: Uint8Array): Promise<void> {
    return writeFileAtomic(this, file, content)
  }

  lock(file: string): DiskLock | undefined {
    return lockFile(path.resolve(file))
  }

  join(...segments: string[]): string {
    return path.join(...segments)
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
