/**
 * The line of changes that need the disk: logs are opened, created, replaced and removed one change after the other, in the order of
 * the metadata, while what it ends has ended already. Before each change every log directory records how far the metadata has
 * been applied. A change that fails is reported and holds up no other.
 *
 * A removal that finds no room on the disk is owed: it is tried again before the next changes, and a log of the same directory is
 * not opened before.
 */
import type { MetadataImage } from '@ottla/replication'
import type { Clock, Logger } from '@ottla/runtime'
import { type LogConfig, OccasionalReport, type PartitionLogSurface } from '@ottla/storage'
import type { Hosted } from './hosted.ts'
import { isForWantOfRoom, type LogHomes, type LogIdentity } from './log-homes.ts'

export interface LogLineOptions {
  readonly homes: LogHomes
  readonly image: () => MetadataImage
  readonly logger: Logger
  readonly clock: Clock
  readonly configOf: (topic: string) => LogConfig
  /** Must not throw. */
  readonly opened: (hosted: Hosted, log: PartitionLogSurface) => void
  readonly openFailed: (hosted: Hosted, error: unknown) => void
}

/** Logs that are opened at the same time. */
const OPENS_AT_ONCE = 8

export class LogLine {
  readonly #options: LogLineOptions
  /** The end of the line. Never rejects. */
  #work: Promise<void> = Promise.resolve()
  /** What the next change will open and remove. */
  #gathered: { readonly added: Hosted[]; readonly removed: Hosted[] } | undefined
  /** Removals that found no room, by the name of the directory. */
  readonly #owed = new Map<string, { readonly removal: () => Promise<void>; readonly error: unknown }>()
  /** A full disk fails everything that is tried again and again. */
  readonly #failures: OccasionalReport

  constructor(options: LogLineOptions) {
    this.#options = options
    this.#failures = new OccasionalReport(options.clock)
  }

  /** The next `gather` tries again. */
  get owesRemovals(): boolean {
    return this.#owed.size > 0
  }

  /** Resolves when what is in the line now is done. Never rejects; a new promise whenever something is put into the line. */
  get work(): Promise<void> {
    return this.#work
  }

  /** The first change: directories that do not belong here go, logs are opened. */
  begin(strays: readonly LogIdentity[], added: readonly Hosted[]): void {
    this.#enqueue(async () => {
      for (const stray of strays) await this.#setAside(stray)
      await this.#openAll(added)
    })
  }

  /** Changes that come while others are being carried out share what they cost: a burst of creations a few syncs of the disk. */
  gather(added: readonly Hosted[], removed: readonly Hosted[]): void {
    if (this.#gathered !== undefined) {
      this.#gathered.added.push(...added)
      this.#gathered.removed.push(...removed)
      return
    }
    const gathered = { added: [...added], removed: [...removed] }
    this.#gathered = gathered
    this.#enqueue(async () => {
      // What came and went in the meantime never had a log.
      const opened = new Set(gathered.added)
      for (const hosted of gathered.removed) if (!opened.has(hosted)) await this.#remove(hosted)
      await this.#openAll(gathered.added.filter(({ state }) => state.kind === 'opening'))
    })
  }

  /** An empty log takes the place of a damaged one, which is closed. */
  replace(hosted: Hosted): void {
    this.#enqueue(() => this.#replace(hosted))
  }

  /** Nobody uses the log any more; its files stay. */
  close(log: PartitionLogSurface): void {
    this.#enqueue(() => this.#options.homes.close(log))
  }

  get #logger(): Logger {
    return this.#options.logger
  }

  #enqueue(change: () => Promise<void>): void {
    this.#work = this.#work
      .then(async () => {
        // As it is when the turn comes. What the image takes in from now on is recorded, and carried out, the next time.
        this.#gathered = undefined
        const { offset, controllerEpoch } = this.#options.image()
        for (const { path, error } of await this.#options.homes.recordMetadataOffset({ offset, controllerEpoch })) {
          this.#report('a log directory does not follow the metadata', { path, metadataOffset: offset, error })
        }
        await this.#removeOwed()
        await change()
      })
      .catch((error: unknown) => {
        this.#logger.error('the partitions do not follow the metadata', { error })
      })
  }

  async #openAll(added: readonly Hosted[]): Promise<void> {
    const line = added.values()
    const worker = async () => {
      for (const hosted of line) await this.#open(hosted)
    }
    await Promise.all(Array.from({ length: Math.min(OPENS_AT_ONCE, added.length) }, worker))
  }

  async #open(hosted: Hosted): Promise<void> {
    const { identity } = hosted
    try {
      this.#assertNotOwed(identity)
      const config = this.#options.configOf(identity.topic)
      this.#options.opened(hosted, await this.#options.homes.open({ ...identity, config }))
    } catch (error) {
      this.#report('cannot open the log of a partition', { ...identity, error })
      this.#options.openFailed(hosted, error)
    }
  }

  async #replace(hosted: Hosted): Promise<void> {
    const { identity, state } = hosted
    // Taken away meanwhile: its directory is a stray at the next start.
    if (state.kind !== 'opening') return
    try {
      await this.#options.homes.setAside(identity)
    } catch (error) {
      this.#logger.error('cannot set a damaged log aside', { ...identity, error })
      hosted.state = { kind: 'failed', why: 'corrupt' }
      return
    }
    this.#logger.warn('set a damaged log aside: the partition is copied from its leader again', { ...identity })
    await this.#open(hosted)
  }

  async #remove({ identity, state }: Hosted): Promise<void> {
    const log = state.kind === 'leaving' ? state.partition?.log : undefined
    if (log === undefined) {
      this.#logger.error('a partition is gone but its log could not be opened: its directory stays', { ...identity })
      return
    }
    await this.#removeOrOwe(identity, async () => {
      await this.#options.homes.remove(log)
      this.#logger.info('removed a partition', { ...identity })
    })
  }

  #setAside(stray: LogIdentity): Promise<void> {
    return this.#removeOrOwe(stray, async () => {
      await this.#options.homes.setAside(stray)
      this.#logger.warn('set a partition directory aside: the metadata does not assign it to this broker', { ...stray })
    })
  }

  async #removeOwed(): Promise<void> {
    for (const [name, { removal }] of [...this.#owed]) await this.#attempt(name, removal)
  }

  #removeOrOwe(identity: LogIdentity, removal: () => Promise<void>): Promise<void> {
    return this.#attempt(directoryOf(identity), removal)
  }

  async #attempt(directory: string, removal: () => Promise<void>): Promise<void> {
    this.#owed.delete(directory)
    try {
      await removal()
    } catch (error) {
      if (isForWantOfRoom(error)) this.#owed.set(directory, { removal, error })
      const again = isForWantOfRoom(error) ? 'when there is room' : 'at the next start'
      this.#report(`cannot remove a partition that is gone; it is tried again ${again}`, { directory, error })
    }
  }

  #assertNotOwed(identity: LogIdentity): void {
    const owed = this.#owed.get(directoryOf(identity))
    if (owed === undefined) return
    const { error } = owed
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new Error('the directory of an earlier log of this name is still to be removed', { cause })
  }

  /** Each failure that can be mended only from outside; those for want of room, which come again and again, only now and then. */
  #report(message: string, fields: Record<string, unknown>): void {
    if (!isForWantOfRoom(fields.error)) this.#logger.error(message, fields)
    else this.#failures.offer((heldBack) => this.#logger.error(message, { ...fields, heldBack }), message)
  }
}

function directoryOf({ topic, partition }: LogIdentity): string {
  return `${topic}-${partition}`
}
