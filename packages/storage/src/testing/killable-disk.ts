import { type Disk, DiskError } from '@ottla/runtime'

export interface KillableDisk {
  readonly disk: Disk
  kill(): void
}

/** A process's view of a disk that ends with the process: what still runs in a dead one changes nothing any more. */
export function killableDisk(target: Disk): KillableDisk {
  let isDead = false
  const disk = new Proxy(target, {
    get(_target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        if (isDead) throw new DiskError(String(property), String(args[0]), 'EBADF')
        return member.apply(target, args)
      }
    },
  })
  return {
    disk,
    kill: () => {
      isDead = true
    },
  }
}
