/**
 * Bytes that claim to be a record batch and are not, or not a sound one: damage on disk or on the way, or a client's
 * mistake. The message says what is wrong and where.
 */
export class CorruptRecordError extends Error {
  override readonly name = 'CorruptRecordError'
  /** Base offset of the batch, where it is known. */
  readonly baseOffset: number | undefined

  constructor(what: string, options: { readonly baseOffset?: number; readonly cause?: unknown } = {}) {
    const where = options.baseOffset === undefined ? '' : `record batch at offset ${options.baseOffset}: `
    super(where + what, options.cause === undefined ? undefined : { cause: options.cause })
    this.baseOffset = options.baseOffset
  }
}
