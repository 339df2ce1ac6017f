/**
 * A task that many ask for and that does for all what it does for one, such as the sync of a directory: whoever asks before it
 * begins shares it, whoever asks later gets the next run.
 */
export class SharedTask {
  readonly #task: () => Promise<void>
  readonly #inTurn: (task: () => Promise<void>) => Promise<void>
  #next: Promise<void> | undefined

  /** `inTurn` calls what it is given when its turn has come. */
  constructor(inTurn: (task: () => Promise<void>) => Promise<void>, task: () => Promise<void>) {
    this.#inTurn = inTurn
    this.#task = task
  }

  run(): Promise<void> {
    this.#next ??= this.#inTurn(() => {
      this.#next = undefined
      return this.#task()
    })
    return this.#next
  }
}
