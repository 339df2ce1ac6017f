/**
 * How long a connection's requests are started before the others have their turn. Every connection that still has requests to start
 * gets one turn per pass of the event loop, so the more there are the shorter the turns: who sends one request now and then
 * waits for one round, however many send without pause.
 */
const TURN_MS_MAX = 2
/** All turns of a pass, unless single requests take longer. */
const ROUND_MS_MAX = 20

export class Turns {
  #yielding = 0

  get ms(): number {
    return Math.min(TURN_MS_MAX, ROUND_MS_MAX / (this.#yielding + 1))
  }

  /** A connection waits for its next turn. */
  yielded(): void {
    this.#yielding += 1
  }

  resumed(): void {
    this.#yielding -= 1
  }
}
