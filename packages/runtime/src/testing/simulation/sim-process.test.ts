import { describe, expect, test } from '@jest/globals'
import { Simulation } from './simulation.ts'

function world(seed = 1) {
  const simulation = new Simulation(seed)
  const calls: string[] = []
  const note = (name: string) => () => calls.push(`${name}@${simulation.scheduler.nowMs}`)
  return { simulation, calls, note }
}

describe('time of a simulated process', () => {
  test('timers fire in order, each at its moment, with all that it causes before the next', async () => {
    const { simulation, calls, note } = world()
    const { process } = simulation.host('a').start()
    process.after(20, note('second'))
    process.after(10, () => {
      note('first')()
      void Promise.resolve().then(note('promise'))
      process.after(5, note('between'))
    })
    await simulation.advance(30)
    expect(calls).toEqual(['first@10', 'promise@10', 'between@15', 'second@20'])
  })

  test('who waits for the rest of a time has waited for all of it', async () => {
    const { simulation } = world()
    const { process } = simulation.host('a').start()
    let waits = 0
    const endMs = process.monotonic() + 33.333
    const wait = () => {
      const restMs = endMs - process.monotonic()
      if (restMs > 0) process.after(restMs, wait)
      waits++
    }
    process.after(0.1, wait)
    await simulation.advance(100)
    expect(waits).toBe(2)
  })

  test('clocks: wall time has the skew of its machine, monotonic time begins with the process', async () => {
    const { simulation } = world()
    const host = simulation.host('a')
    await simulation.advance(1000)
    const { process } = host.start()
    await simulation.advance(500)
    expect([process.now() - simulation.startMs, process.monotonic()]).toEqual([1500, 500])
    host.wallSkewMs = -3000
    expect([process.now() - simulation.startMs, process.monotonic()]).toEqual([-1500, 500])
  })

  test('all ends of a turn are one event; what it asks for comes in the next', async () => {
    const { simulation, calls } = world()
    const { process } = simulation.host('a').start()
    const executed = simulation.scheduler.executed
    process.endOfTurn(() => {
      calls.push('one')
      void Promise.resolve().then(() => calls.push('promise'))
      process.endOfTurn(() => calls.push('next turn'))
    })
    process.endOfTurn(() => calls.push('two'))
    await simulation.advance(1)
    expect(calls).toEqual(['one', 'two', 'promise', 'next turn'])
    expect(simulation.scheduler.executed - executed).toBe(3)
  })

  test('an interval repeats until it is cleared, also by its own callback; a cleared timer never fires', async () => {
    const { simulation, calls, note } = world()
    const { process } = simulation.host('a').start()
    const interval = process.every(10, () => {
      note('tick')()
      if (calls.length === 3) interval.clear()
    })
    process.after(5, note('never')).clear()
    await simulation.advance(100)
    expect(calls).toEqual(['tick@10', 'tick@20', 'tick@30'])
  })
})

describe('what may happen to a process', () => {
  test('stopped: what comes due waits, in order, and comes at once when it goes on; others are not held up', async () => {
    const { simulation, calls, note } = world()
    const { process } = simulation.host('a').start()
    const { process: other } = simulation.host('b').start()
    process.after(10, note('a'))
    const cleared = process.after(15, note('cleared'))
    process.after(20, note('b'))
    process.after(200, note('c'))
    other.after(50, note('other'))
    process.stop()
    await simulation.advance(100)
    cleared.clear()
    process.resume()
    await simulation.advance(150)
    expect(calls).toEqual(['other@50', 'a@100', 'b@100', 'c@200'])
  })

  test('blocked: its time passes inside of the call, and its events wait', async () => {
    const { simulation, calls, note } = world()
    const { process } = simulation.host('a').start()
    process.after(10, () => {
      process.block(30)
      expect(process.monotonic()).toBe(40)
      process.after(5, note('asked for while blocked'))
    })
    process.after(20, note('due while blocked'))
    await simulation.advance(100)
    expect(calls).toEqual(['due while blocked@40', 'asked for while blocked@45'])
  })

  test.each(['kill', 'losePower'] as const)('%s: nothing of it ever happens again', async (end) => {
    const { simulation, calls, note } = world()
    const host = simulation.host('a')
    const { process, runtime } = host.start()
    process.after(10, note('timer'))
    process.every(10, note('interval'))
    process.endOfTurn(note('end of turn'))
    runtime.disk.makeDirectory('/data')
    void runtime.disk.syncDirectory('/data').finally(note('disk'))
    void runtime.net.connect({ host: 'nowhere', port: 1, timeoutMs: 20 }).catch(note('net'))
    void runtime.offload.compress('gzip', new Uint8Array(1)).catch(note('offload'))
    process.stop()
    await simulation.advance(5)
    host[end]()
    process.after(1, note('timer of a dead process'))
    process.endOfTurn(note('end of turn of a dead process'))
    await simulation.advance(100)
    process.resume()
    await simulation.advance(100)
    expect(calls).toEqual([])
    expect(process.isAlive).toBe(false)
  })
})

test('the digest tells runs apart', async () => {
  const digestOf = async (seed: number, delayMs: number) => {
    const { simulation } = world(seed)
    const { process } = simulation.host('a').start()
    process.after(delayMs, () => process.endOfTurn(() => {}))
    await simulation.advance(50)
    return simulation.scheduler.digest
  }
  expect(await digestOf(1, 10)).toBe(await digestOf(1, 10))
  expect(await digestOf(1, 11)).not.toBe(await digestOf(1, 10))
})

test('sources of randomness are independent of each other', () => {
  const one = new Simulation(7)
  const other = new Simulation(7)
  one.fork('a').bytes(100)
  expect(one.fork('b').bytes(8)).toEqual(other.fork('b').bytes(8))
  expect(one.fork('a').bytes(8)).not.toEqual(one.fork('b').bytes(8))
  expect(new Simulation(8).fork('a').bytes(8)).not.toEqual(one.fork('a').bytes(8))
})
