import { CloseConnection } from '../seams.ts'

/**
 * Ten times what the controller takes at once, which answers each item with a reason. A frame may name tens of millions, and
 * an answer that names them all again would take many times the memory that its bytes were allowed.
 */
const ITEMS_MAX = 100_000

/** Throws when a request names more than anybody can mean: its connection is closed. */
export function checkItems(count: number, what: string): void {
  if (count > ITEMS_MAX) throw new CloseConnection(`it names ${count} ${what}, at most ${ITEMS_MAX} are taken`)
}

/**
 * For `Handler.serial`, of requests of a few bytes whose answers have megabytes: a connection has one of them under way, and starts the next when that has
 * its answer. A hundred at once would all be made, and held, before anybody knows that the peer does not take them.
 */
export const answersMuch = (): boolean => true
