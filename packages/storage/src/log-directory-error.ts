/** A log directory that this broker cannot use as it is. The message says what to do about it. */
export class LogDirectoryError extends Error {
  override readonly name = 'LogDirectoryError'
  readonly path: string

  constructor(path: string, message: string) {
    super(`log directory ${path}: ${message}`)
    this.path = path
  }
}
