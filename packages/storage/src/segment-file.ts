import { type Disk, DiskError, type DiskFile } from '@ottla/runtime'
import type { FileRegion } from './types.ts'

/**
 * A segment's `.log` file, opened when it is first needed. Regions that were handed out keep it open: closing and removing
 * the segment only take effect on the descriptor when the last one is released.
 */
export class SegmentFile {
  readonly #disk: Disk
  #path: string
  readonly #regions = new Set<Region>()
  #file: DiskFile | undefined
  #closed = false

  constructor(disk: Disk, path: string) {
    this.#disk = disk
    this.#path = path
  }

  get path(): string {
    return this.#path
  }

  /** Gives the file another name; a descriptor that is open stays good. */
  rename(path: string): void {
    this.#disk.rename(this.#path, path)
    this.#path = path
  }

  /** Throws a `DiskError` when the file cannot be opened, or was closed: nobody would close it again. */
  get file(): DiskFile {
    if (this.#file === undefined) {
      if (this.#closed) throw new DiskError('open', this.path, 'EBADF')
      // Opening for writing would create a file that somebody has removed; asking for its size fails with ENOENT.
      this.#disk.stat(this.path)
      this.#file = this.#disk.open(this.path, 'write')
    }
    return this.#file
  }

  create(): void {
    this.#file = this.#disk.open(this.path, 'write')
  }

  region(position: number, byteLength: number): FileRegion {
    const region = new Region({ file: this.file, position, byteLength, onRelease: () => this.#released(region) })
    this.#regions.add(region)
    return region
  }

  /** Cuts the file, and tells the regions that reach past the cut. */
  truncate(bytes: number): void {
    this.file.truncate(bytes)
    this.cutRegions(bytes)
  }

  cutRegions(bytes: number): void {
    for (const region of this.#regions) if (region.position + region.byteLength > bytes) region.isCut = true
  }

  close(): void {
    this.#closed = true
    this.#closeWhenUnused()
  }

  #released(region: Region): void {
    this.#regions.delete(region)
    this.#closeWhenUnused()
  }

  #closeWhenUnused(): void {
    if (!this.#closed || this.#regions.size > 0) return
    this.#file?.close()
    this.#file = undefined
  }
}

class Region implements FileRegion {
  readonly file: DiskFile
  readonly position: number
  readonly byteLength: number
  isCut = false
  #onRelease: (() => void) | undefined

  constructor(options: { file: DiskFile; position: number; byteLength: number; onRelease: () => void }) {
    this.file = options.file
    this.position = options.position
    this.byteLength = options.byteLength
    this.#onRelease = options.onRelease
  }

  release(): void {
    const onRelease = this.#onRelease
    this.#onRelease = undefined
    onRelease?.()
  }
}
