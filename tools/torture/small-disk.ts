/** A file system of its own in memory, that can be full: root on Linux may mount one. */
import { statfsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { run } from '../compat/harness/process.ts'

const SIZE = '2g'
/** Left when it is made full: the next appends meet the end of the disk in the middle of a write. */
const LEFT_BYTES = 16 * 1024

export class SmallDisk implements AsyncDisposable {
  readonly #directory: string

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Undefined where mounting is not allowed. */
  static async mount(directory: string): Promise<SmallDisk | undefined> {
    await mkdir(directory, { recursive: true })
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', directory]).catch(() => undefined)
    return mounted?.code === 0 ? new SmallDisk(directory) : undefined
  }

  /** Takes the free room away, not the data: the limit comes down to what is used. Resolves with what gives it back. */
  async fill(): Promise<() => Promise<void>> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const { blocks, bfree, bsize } = statfsSync(this.#directory)
      // Refused when more has been written meanwhile.
      if (await this.#resize(`${(blocks - bfree) * bsize + LEFT_BYTES * (attempt + 1)}`)) {
        return async () => {
          if (!(await this.#resize(SIZE))) throw new Error(`${this.#directory} cannot be made larger`)
        }
      }
    }
    throw new Error(`${this.#directory} cannot be made full`)
  }

  async #resize(size: string): Promise<boolean> {
    return (await run('mount', ['-o', `remount,size=${size}`, this.#directory])).code === 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['-l', this.#directory])
  }
}
