import type { Disk } from '@ottla/runtime'
import { foreignCluster, type LastRun } from './last-run.ts'
import type { DirectoryFacts } from './log-directory-options.ts'
import { type MetaProperties, writeMetaProperties } from './meta-properties.ts'
import {
  forgetRun,
  type MetadataPosition,
  readMetadataPosition,
  writeCleanShutdown,
  writeMetadataPosition,
  writeRun,
} from './run-files.ts'

export interface DirectoryIdentityOptions {
  readonly disk: Disk
  /** Of the log directory. */
  readonly path: string
  readonly opened: LastRun
  /** Runs a task that syncs when its turn has come; rejects when the log directory is not usable. */
  readonly write: (task: () => Promise<void>) => Promise<void>
}

/** Whose a log directory is, what its last run left to tell, and what this run has told of itself there. */
export class DirectoryIdentity {
  readonly #options: DirectoryIdentityOptions
  #meta: MetaProperties
  #metadataPosition: MetadataPosition | undefined
  #brokerEpoch: number | undefined

  constructor(options: DirectoryIdentityOptions) {
    this.#options = options
    this.#meta = options.opened.meta
    this.#metadataPosition = readMetadataPosition(options.disk, options.path)
  }

  get directoryId(): string {
    return this.#meta.directoryId
  }

  get clusterId(): string | undefined {
    return this.#meta.clusterId
  }

  get metadataPosition(): MetadataPosition | undefined {
    return this.#metadataPosition
  }

  get facts(): DirectoryFacts {
    const { offset, controllerEpoch } = this.#metadataPosition ?? { offset: -1, controllerEpoch: 0 }
    const { facts } = this.#options.opened
    return { id: this.directoryId, ...facts, metadataOffset: offset, metadataEpoch: controllerEpoch }
  }

  /** See `LogDirectory.assignClusterId`. */
  async assignClusterId(clusterId: string): Promise<void> {
    const { disk, path, write } = this.#options
    if (this.#meta.clusterId === clusterId) return
    if (this.#meta.clusterId !== undefined) throw foreignCluster(path, this.#meta.clusterId, clusterId)
    const meta = { ...this.#meta, clusterId }
    await write(() => writeMetaProperties(disk, path, meta))
    this.#meta = meta
  }

  /** Writes the run file. `isOffline` is asked when that is done: a sync may have failed meanwhile. */
  async markRunning(brokerEpoch: number, isOffline: () => boolean): Promise<void> {
    const { disk, path, write } = this.#options
    const run = { brokerEpoch, bootId: disk.bootId() ?? null, directoryId: this.directoryId }
    await write(async () => {
      await writeRun(disk, path, run)
      if (isOffline()) await forgetRun(disk, path)
    })
    this.#brokerEpoch = brokerEpoch
  }

  /** See `LogDirectory.recordMetadataOffset`. */
  async recordMetadataOffset(position: MetadataPosition): Promise<void> {
    await this.#options.write(() => this.#advanceMetadataOffset(position))
  }

  async #advanceMetadataOffset(position: MetadataPosition): Promise<void> {
    const known = this.#metadataPosition
    if (known !== undefined && known.offset >= position.offset && known.controllerEpoch >= position.controllerEpoch)
      return
    await writeMetadataPosition(this.#options.disk, this.#options.path, position)
    this.#metadataPosition = position
  }

  /** Nothing was registered, so there is nothing that the marker of a clean shutdown could tell. */
  get hasRun(): boolean {
    return this.#brokerEpoch !== undefined
  }

  async writeCleanShutdown(): Promise<void> {
    if (this.#brokerEpoch === undefined) return
    await writeCleanShutdown(this.#options.disk, this.#options.path, this.#brokerEpoch)
  }
}
