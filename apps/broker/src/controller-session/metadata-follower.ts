import {
  applyRecords,
  type ControllerFrame,
  EMPTY_IMAGE,
  imageDelta,
  imageFromRecords,
  lastOffsetOf,
  type MetadataBatch,
  type MetadataDelta,
  type MetadataImage,
  type MetadataRecord,
} from '@ottla/replication'
import { ControllerSessionError } from './options.ts'

export type ImageListener = (image: MetadataImage, delta: MetadataDelta) => void

interface Waiter {
  readonly offset: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The broker's copy of the metadata: follows the controller's stream, tells listeners of every step, and lets callers wait for
 * an offset. Offsets and controller epochs only rise; what would make them fall is refused.
 */
export class MetadataFollower {
  #image: MetadataImage = EMPTY_IMAGE
  readonly #listeners: ImageListener[] = []
  readonly #waiters = new Set<Waiter>()
  #chunks: MetadataRecord[] | undefined

  get image(): MetadataImage {
    return this.#image
  }

  listen(listener: ImageListener): void {
    this.#listeners.push(listener)
  }

  /** Resolves once the image has reached `offset`; rejects with the signal's reason when it is aborted before. */
  reached(offset: number, signal: AbortSignal): Promise<void> {
    if (this.#image.offset >= offset) return Promise.resolve()
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const onAbort = () => {
        this.#waiters.delete(waiter)
        reject(signal.reason)
      }
      const settling = (settle: () => void) => () => {
        signal.removeEventListener('abort', onAbort)
        settle()
      }
      const waiter = { offset, resolve: settling(resolve), reject }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** The session is over: nobody's offset will be reached. */
  end(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#waiters.clear()
  }

  /** A new link begins: half a snapshot of an earlier one is worth nothing. */
  restart(): void {
    this.#chunks = undefined
  }

  /** Takes a frame of the metadata stream. Throws a ControllerSessionError for what does not continue the image. */
  take(frame: ControllerFrame): void {
    const { message } = frame
    if (message.type === 'metadataBatch') {
      this.#applyBatch(message.batch)
      return
    }
    if (message.type !== 'snapshotChunk') {
      throw new ControllerSessionError(`the controller sent ${message.type} as metadata`, false)
    }
    this.#chunks = this.#chunks ?? []
    for (const record of message.records) this.#chunks.push(record)
    if (message.last) this.#applySnapshot(this.#chunks, message)
  }

  #applyBatch(batch: MetadataBatch): void {
    if (batch.baseOffset !== this.#image.offset + 1 || batch.controllerEpoch < this.#image.controllerEpoch) {
      const got = `metadata batch ${batch.baseOffset}..${lastOffsetOf(batch)} of controller epoch ${batch.controllerEpoch}`
      const have = `offset ${this.#image.offset} of epoch ${this.#image.controllerEpoch}`
      throw new ControllerSessionError(`${got} does not continue ${have}`, false)
    }
    const { image, delta } = applyRecords(this.#image, batch)
    this.#publish(image, delta)
  }

  #applySnapshot(
    records: readonly MetadataRecord[],
    at: { readonly offset: number; readonly controllerEpoch: number },
  ): void {
    this.#chunks = undefined
    if (at.offset < this.#image.offset) {
      throw new ControllerSessionError(
        `the controller's metadata ends at offset ${at.offset}, this broker has applied ${this.#image.offset}`,
        true,
      )
    }
    const image = imageFromRecords(records, at)
    this.#publish(image, imageDelta(this.#image, image))
  }

  #publish(image: MetadataImage, delta: MetadataDelta): void {
    this.#image = image
    for (const listener of this.#listeners) listener(image, delta)
    for (const waiter of this.#waiters) {
      if (waiter.offset > image.offset) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }
}
