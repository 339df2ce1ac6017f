import { type Disk, DiskError, type DiskFile } from '@ottla/runtime'

/** Called before each operation on the disk or on one of its files; what it throws is how the operation fails. */
export type Obstruct = (operation: string, path: string) => void

const ASYNCHRONOUS: ReadonlySet<string | symbol> = new Set(['removeFile', 'removeTree', 'syncDirectory', 'space'])
const HARMLESS: ReadonlySet<string | symbol> = new Set(['join', 'absolute', 'bootId', 'close', 'size'])

/** A process's view of a disk on which any operation may fail, those of open files too. */
export function obstructedDisk(target: Disk, obstruct: Obstruct): Disk {
  const disk: Disk = new Proxy(target, {
    get(_target, property) {
      if (property === 'open') return (...args: Parameters<Disk['open']>) => openFile(target, obstruct, args)
      if (property === 'replaceFile') return (...args: Replacement) => replaceFile(disk, ...args)
      if (property === 'writeFileAtomic') return (path: string, content: Uint8Array) => writeFile(disk, path, content)
      return obstructed(target, property, obstruct)
    },
  })
  return disk
}

/** Obstructs everything from the n-th operation on that a full disk may refuse. */
export function withoutRoomFrom(operations: number): {
  readonly obstruct: Obstruct
  free(): void
  readonly met: boolean
} {
  let left = operations
  let isFree = false
  let met = false
  return {
    obstruct: (operation, path) => {
      if (isFree || !['open', 'write', 'truncate', 'rename', 'makeDirectory'].includes(operation)) return
      if (left-- > 0) return
      met = true
      throw new DiskError(operation, path, 'ENOSPC')
    },
    free: () => {
      isFree = true
    },
    get met() {
      return met
    },
  }
}

/** The process dies instead of the n-th operation. */
export function deadFrom(operations: number): { readonly obstruct: Obstruct; kill(): void; readonly isDead: boolean } {
  let left = operations
  return {
    obstruct: (operation, path) => {
      if (left <= 0) throw new DiskError(operation, path, 'EBADF')
      left--
    },
    kill: () => {
      left = 0
    },
    get isDead() {
      return left <= 0
    },
  }
}

function openFile(target: Disk, obstruct: Obstruct, args: Parameters<Disk['open']>): DiskFile {
  // Opening what is there takes no room.
  obstruct(target.exists(args[0]) ? 'reopen' : 'open', args[0])
  const file = target.open(...args)
  return new Proxy(file, { get: (_file, property) => obstructed(file, property, obstruct) })
}

function obstructed<T extends object>(target: T, property: string | symbol, obstruct: Obstruct): unknown {
  const member: unknown = Reflect.get(target, property)
  if (typeof member !== 'function') return member
  if (HARMLESS.has(property)) return member.bind(target)
  return (...args: unknown[]) => {
    try {
      obstruct(String(property), 'path' in target ? String(target.path) : String(args[0]))
    } catch (error) {
      const isFile = 'path' in target
      const isAsynchronous = isFile ? property === 'sync' || property === 'read' : ASYNCHRONOUS.has(property)
      if (isAsynchronous) return Promise.reject(error)
      throw error
    }
    return member.apply(target, args)
  }
}

type Replacement = Parameters<Disk['replaceFile']>

async function replaceFile(disk: Disk, ...[path, content, options]: Replacement): Promise<void> {
  const file = disk.open(`${path}.tmp`, 'write')
  try {
    file.truncate(0)
    await file.write([content], 0)
    if (options?.content === 'durable') await file.sync()
  } finally {
    file.close()
  }
  disk.rename(`${path}.tmp`, path)
}

async function writeFile(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  await replaceFile(disk, path, content, { content: 'durable' })
  await disk.syncDirectory(disk.join(path, '..'))
}
