/** Calls that have no reply yet, by ticket. Each ends once: with its reply, or with the error that its shard came to. */
import { type ErrorName, KafkaError } from '@ottla/protocol'

interface OpenCall<Reply> {
  resolve(reply: Reply): void
  reject(error: KafkaError): void
}

export class OpenCalls<Reply> {
  readonly #open = new Map<number, OpenCall<Reply>>()
  #lastTicket = 0

  get size(): number {
    return this.#open.size
  }

  open(resolve: (reply: Reply) => void, reject: (error: KafkaError) => void): number {
    const ticket = ++this.#lastTicket
    this.#open.set(ticket, { resolve, reject })
    return ticket
  }

  /** False: nobody waits for it. */
  reply(ticket: number, reply: Reply): boolean {
    const call = this.#open.get(ticket)
    this.#open.delete(ticket)
    call?.resolve(reply)
    return call !== undefined
  }

  fail(ticket: number, error: ErrorName, message: string): void {
    const call = this.#open.get(ticket)
    this.#open.delete(ticket)
    call?.reject(new KafkaError(error, message))
  }

  failAll(error: ErrorName, message: string): void {
    for (const ticket of [...this.#open.keys()]) this.fail(ticket, error, message)
  }
}
