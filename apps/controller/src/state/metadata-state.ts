/**
 * The controller's metadata: what is durable, and what is on its way there.
 *
 * A command runs at once, on the pending image, so that two commands never decide on the same ground twice. Its batches are
 * applied to the pending image and queued; one append at a time takes what the queue holds. When it is durable the durable image
 * advances, followers are told, and the replies leave, in this order: whoever has a reply finds its effect on every broker that
 * has reached the reply's offset.
 *
 * A command that changes nothing waits as well, for the records that it has seen.
 *
 * A failed append ends everything: nobody knows what the store holds now, and the pending image may never come true.
 */
import { applyRecords, encodeMetadataBatch, type MetadataBatch, type MetadataImage } from '@ottla/replication'
import { assert } from '@ottla/runtime'
import type { Command, Outcome } from '../commands/outcome.ts'
import { BATCH_BYTES_MAX, type MetadataStore } from '../store/metadata-store.ts'

/** Bytes of batches in one append, unless a single batch has more. */
const APPEND_BYTES_MAX = 4 * BATCH_BYTES_MAX
/** Commands that may wait for the disk; more are refused. */
const QUEUE_LENGTH_MAX = 10_000

export interface Durable<Reply> {
  readonly reply: Reply
  /** A broker whose image has reached this offset shows what the reply says. */
  readonly offset: number
}

export interface DurableBatch {
  readonly batch: MetadataBatch
  /** The image after the batch. */
  readonly image: MetadataImage
}

/** The command cannot be carried out as one change; nothing was changed. */
export class CommandTooLargeError extends Error {
  override readonly name = 'CommandTooLargeError'
}

/** Too many commands wait for the disk; nothing was changed. */
export class ControllerBusyError extends Error {
  override readonly name = 'ControllerBusyError'
}

/** An append failed or the controller is stopping; whether the change is durable is not known. */
export class ControllerEndedError extends Error {
  override readonly name = 'ControllerEndedError'
}

interface Queued {
  readonly batches: readonly (DurableBatch & { readonly bytes: number })[]
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export interface MetadataStateEvents {
  /** Batches have become durable, in order. */
  onDurable(batches: readonly DurableBatch[]): void
  /** An append failed: the controller must end. Called once. */
  onFailure(error: Error): void
}

export class MetadataState {
  readonly #store: MetadataStore
  readonly #controllerEpoch: number
  readonly #events: MetadataStateEvents
  #pending: MetadataImage
  #durable: MetadataImage
  #queue: Queued[] = []
  #appending = false
  #ended: Error | undefined
  #idle: (() => void)[] = []

  constructor(store: MetadataStore, controllerEpoch: number, events: MetadataStateEvents) {
    this.#store = store
    this.#controllerEpoch = controllerEpoch
    this.#events = events
    this.#pending = store.recovered
    this.#durable = store.recovered
  }

  get controllerEpoch(): number {
    return this.#controllerEpoch
  }

  /** Includes records that are not durable yet: for decisions only, never shown to anybody. */
  get pending(): MetadataImage {
    return this.#pending
  }

  get durable(): MetadataImage {
    return this.#durable
  }

  /** Runs the command now and resolves when its reply may leave. Rejects with what the command throws; nothing changed then. */
  submit<Reply>(command: Command<Reply>): Promise<Durable<Reply>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended
      if (this.#queue.length >= QUEUE_LENGTH_MAX) throw new ControllerBusyError('too many changes wait for the disk')
      const outcome = command(this.#pending)
      const batches = this.#prepare(outcome)
      this.#pending = batches.at(-1)?.image ?? this.#pending
      const { reply } = outcome
      const offset = this.#pending.offset
      this.#queue.push({ batches, resolve: () => resolve({ reply, offset }), reject })
      void this.#drain()
    })
  }

  /** No further commands; resolves when what was queued has been appended or has failed. */
  async close(): Promise<void> {
    this.#ended ??= new ControllerEndedError('the controller is stopping')
    if (this.#appending) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #prepare(outcome: Outcome<unknown>): Queued['batches'] {
    let image = this.#pending
    return outcome.batches.map((records) => {
      assert(records.length > 0, 'a batch has records')
      const batch = { baseOffset: image.offset + 1, controllerEpoch: this.#controllerEpoch, records }
      const bytes = encodeMetadataBatch(batch).byteLength
      if (bytes > BATCH_BYTES_MAX)
        throw new CommandTooLargeError(`a change of ${bytes} bytes, at most ${BATCH_BYTES_MAX} fit`)
      image = applyRecords(image, batch).image
      return { batch, image, bytes }
    })
  }

  async #drain(): Promise<void> {
    if (this.#appending) return
    this.#appending = true
    try {
      while (this.#queue.length > 0) await this.#appendGroup(this.#takeGroup())
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#appending = false
      for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  #takeGroup(): Queued[] {
    let bytes = 0
    let count = 0
    for (const queued of this.#queue) {
      bytes += queued.batches.reduce((sum, batch) => sum + batch.bytes, 0)
      if (count > 0 && bytes > APPEND_BYTES_MAX) break
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #appendGroup(group: readonly Queued[]): Promise<void> {
    const batches = group.flatMap((queued) => queued.batches)
    try {
      if (batches.length > 0) await this.#append(batches)
    } catch (error) {
      for (const queued of group) queued.reject(notDurable(error))
      throw error
    }
    for (const queued of group) queued.resolve()
    if (batches.length > 0) await this.#store.compact(this.#durable)
  }

  /** A large command takes several appends: its batches are each valid alone. */
  async #append(batches: Queued['batches']): Promise<void> {
    for (const part of inAppends(batches)) {
      await this.#store.append(
        part.map(({ batch }) => batch),
        { controllerEpoch: this.#controllerEpoch, expectedEndOffset: this.#durable.offset },
      )
      this.#durable = part.at(-1)!.image
      this.#events.onDurable(part)
    }
  }

  #fail(error: Error): void {
    this.#ended = notDurable(error)
    for (const queued of this.#queue.splice(0)) queued.reject(this.#ended)
    this.#events.onFailure(error)
  }
}

function* inAppends(batches: Queued['batches']): Generator<Queued['batches']> {
  let start = 0
  let bytes = 0
  for (const [index, batch] of batches.entries()) {
    bytes += batch.bytes
    if (index === start || bytes <= APPEND_BYTES_MAX) continue
    yield batches.slice(start, index)
    start = index
    bytes = batch.bytes
  }
  if (start < batches.length) yield batches.slice(start)
}

function notDurable(error: unknown): ControllerEndedError {
  const reason = error instanceof Error ? error.message : String(error)
  return new ControllerEndedError(`the change may not be durable: ${reason}`, { cause: error })
}
