import { describe, expect, it } from '@jest/globals'
import { PacedCalls } from './paced-calls.ts'

/** Time that calls take; ends of turns come when the test says so. */
class Loop {
  nowMs = 0
  readonly started: string[] = []
  readonly calls = new PacedCalls({
    clock: { now: () => this.nowMs, monotonic: () => this.nowMs },
    timers: {
      after: () => ({ clear() {} }),
      every: () => ({ clear() {} }),
      endOfTurn: (callback) => this.#endOfTurn.push(callback),
    },
  })
  #endOfTurn: (() => void)[] = []

  ask(name: string, ms: number): void {
    this.calls.start(() => {
      this.started.push(name)
      this.nowMs += ms
    })
  }

  /** Returns what was started at its end. */
  endTurn(): string[] {
    this.started.length = 0
    for (const callback of this.#endOfTurn.splice(0)) callback()
    return [...this.started]
  }
}

describe('calls in slices', () => {
  it('start at once as long as the turn is short', () => {
    const loop = new Loop()
    for (const name of ['a', 'b', 'c']) loop.ask(name, 1)
    expect(loop.started).toEqual(['a', 'b', 'c'])
    expect(loop.endTurn()).toEqual([])
  })

  it('wait for the next turns, in their order, when it has been long enough', () => {
    const loop = new Loop()
    for (const name of 'abcdefgh') loop.ask(name, 2)
    expect(loop.started.join('')).toBe('abc')
    expect(loop.endTurn().join('')).toBe('def')
    expect(loop.endTurn().join('')).toBe('gh')
  })

  it('do not overtake those that wait', () => {
    const loop = new Loop()
    for (const name of 'abcdefg') loop.ask(name, 2)
    expect(loop.endTurn().join('')).toBe('def')
    loop.ask('h', 2)
    expect(loop.started.join('')).toBe('def')
    expect(loop.endTurn().join('')).toBe('gh')
  })

  it('one that takes longer than a turn does not stop the next ones', () => {
    const loop = new Loop()
    for (const name of 'abc') loop.ask(name, 50)
    expect(loop.started.join('')).toBe('a')
    expect([loop.endTurn().join(''), loop.endTurn().join(''), loop.endTurn().join('')]).toEqual(['b', 'c', ''])
  })

  it('one that is asked by another one comes behind those that wait', () => {
    const loop = new Loop()
    loop.ask('a', 6)
    loop.calls.start(() => loop.ask('nested', 1))
    loop.ask('b', 1)
    expect(loop.endTurn()).toEqual(['b', 'nested'])
  })
})
