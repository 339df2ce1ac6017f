import { ClientError } from '../errors.ts'
import { CLOSED } from './fetcher.ts'

/** How far a consumer is on its way from being opened to being closed. */
export class Lifetime {
  /** `close` was called: nothing new is begun. */
  isClosing = false
  isEnded = false

  checkOpen(): void {
    if (this.isEnded) refuse(CLOSED)
  }

  checkNotClosing(): void {
    if (this.isClosing) refuse(CLOSED)
  }
}

export function refuse(message: string): never {
  throw new ClientError('INVALID_REQUEST', message, {})
}
