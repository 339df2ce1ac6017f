import { type Disk, DiskError } from '@ottla/runtime'

export interface KillableDisk {
  readonly disk: Disk
  readonly isDead: boolean
  kill(): void
  /** Dies instead of the operation after so many more. */
  killAfter(operations: number): void
}

const ASYNCHRONOUS: ReadonlySet<string | symbol> = new Set(['removeFile', 'removeTree', 'syncDirectory', 'space'])

/** A process's view of a disk that ends with the process: what still runs in a dead one changes nothing any more. */
export function killableDisk(target: Disk): KillableDisk {
  let operationsLeft = Number.POSITIVE_INFINITY
  const disk: Disk = new Proxy(target, {
    get(_target, property) {
      if (property === 'replaceFile') return (...args: Replacement) => replaceFile(disk, ...args)
      if (property === 'writeFileAtomic') return (path: string, content: Uint8Array) => writeFile(disk, path, content)
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        if (operationsLeft <= 0) {
          const error = new DiskError(String(property), String(args[0]), 'EBADF')
          if (ASYNCHRONOUS.has(property)) return Promise.reject(error)
          throw error
        }
        if (property !== 'join') operationsLeft--
        return member.apply(target, args)
      }
    },
  })
  return {
    disk,
    get isDead() {
      return operationsLeft <= 0
    },
    kill: () => {
      operationsLeft = 0
    },
    killAfter: (operations) => {
      operationsLeft = operations
    },
  }
}

type Replacement = Parameters<Disk['replaceFile']>

/** Step by step, so that the process may die in between. */
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
