/**
 * Keeps the real world out of a simulated one: while events are simulated, real time, real timers and real randomness throw instead of
 * making a run that cannot be repeated.
 */

/** What the driver itself needs, from before `seal`. */
export const real = { setImmediate: globalThis.setImmediate, nextTick: process.nextTick.bind(process) } as const

let isSimulating = false

/** Said by the driver. */
export function simulating(on: boolean): void {
  isSimulating = on
}

export class RealWorldError extends Error {
  override readonly name = 'RealWorldError'
}

// biome-ignore lint/suspicious/noExplicitAny: stands in for functions of every shape
type Any = any

/** Guards the globals of this process, for good. */
export function seal(): void {
  guard(Date, 'now')
  guard(Math, 'random')
  guard(performance, 'now')
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch']) guard(globalThis, name)
  guard(globalThis.crypto, 'getRandomValues')
  guard(globalThis.crypto, 'randomUUID')
}

function guard(owner: Any, name: string): void {
  const original = owner[name]
  const guarded = function (this: unknown, ...given: unknown[]): unknown {
    if (isSimulating) throw new RealWorldError(`${name} was called inside the simulation`)
    return Reflect.apply(original, this, given)
  }
  Object.defineProperty(owner, name, { value: Object.assign(guarded, original), configurable: true, writable: true })
}
