import { describe, expect, test } from '@jest/globals'
import type { Connection } from '../net.ts'
import { FakeClock } from './fake-clock.ts'
import { memoryNet } from './memory-net.ts'
import { memoryWebSocket } from './memory-web-socket.ts'
import { testRuntime } from './test-runtime.ts'

const TARGET = { host: 'broker-1', port: 9092, timeoutMs: 1000 }

function world() {
  const clock = new FakeClock(0)
  return { clock, net: memoryNet(clock), webSocket: memoryWebSocket(clock) }
}

describe('memoryNet', () => {
  test('a chunk that is kept after its handler returned is overwritten; the sender may use its own again', async () => {
    const { clock, net } = world()
    const kept: Uint8Array[] = []
    const copies: number[][] = []
    await net.listen(TARGET, (connection) => {
      connection.onData((chunk) => {
        copies.push([...chunk])
        kept.push(chunk)
      })
    })
    const connecting = net.connect(TARGET)
    await clock.settle()
    const sent = Uint8Array.of(1, 2)
    const client = await connecting
    client.write([sent])
    sent.fill(9)
    await clock.settle()
    expect(copies).toEqual([[1, 2]])
    expect(kept).toEqual([Uint8Array.of(0xdd, 0xdd)])
  })

  test('hosts are told apart; a listener without a host has them all', async () => {
    const { net } = world()
    await net.listen({ host: 'a', port: 1 }, () => {})
    await net.listen({ host: 'b', port: 1 }, () => {})
    await expect(net.connect({ host: 'c', port: 1, timeoutMs: 10 })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await net.listen({ host: '', port: 1 }, () => {})
    expect((await net.connect({ host: 'c', port: 1, timeoutMs: 10 })).remotePort).toBe(1)
    await expect(net.listen({ host: 'b', port: 1 }, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('a cut holds what is sent, tells nobody, and lets new connections time out', async () => {
    const { clock, net } = world()
    let server: Connection | undefined
    await net.listen(TARGET, (connection) => {
      server = connection
    })
    const client = await net.connect(TARGET)
    await clock.settle()
    const received: number[] = []
    server!.onData((chunk) => received.push(...chunk))
    let closed = false
    server!.onClose(() => {
      closed = true
    })
    net.cut(TARGET.port)
    client.write([Uint8Array.of(1)])
    const late = net.connect(TARGET)
    const timedOut = expect(late).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await clock.advance(1000)
    await timedOut
    client.write([Uint8Array.of(2)])
    client.end()
    await clock.advance(60_000)
    expect([received, closed]).toEqual([[], false])
    net.heal(TARGET.port)
    await clock.settle()
    // The client gave up lingering long ago: what was under way is lost, as with a reset.
    expect([received, closed]).toEqual([[], true])
  })

  test('what waited for the end of a cut is delivered in order', async () => {
    const { clock, net } = world()
    const received: number[] = []
    await net.listen(TARGET, (connection) => connection.onData((chunk) => received.push(...chunk)))
    const client = await net.connect(TARGET)
    await clock.settle()
    net.cut(TARGET.port)
    client.write([Uint8Array.of(1), Uint8Array.of(2)])
    await clock.advance(5000)
    client.write([Uint8Array.of(3)])
    expect(received).toEqual([])
    net.heal(TARGET.port)
    await clock.settle()
    expect(received).toEqual([1, 2, 3])
  })

  test('a peer that never closes its side is left after a second', async () => {
    const { clock, net } = world()
    await net.listen(TARGET, (connection) => connection.pause())
    const client = await net.connect(TARGET)
    let closedAtMs: number | undefined
    client.onClose(() => {
      closedAtMs = clock.now()
    })
    client.end()
    await clock.advance(999)
    expect(closedAtMs).toBeUndefined()
    await clock.advance(1)
    expect(closedAtMs).toBe(1000)
  })
})

describe('memoryWebSocket', () => {
  test('pings and closes through a cut are unanswered when their time is over', async () => {
    const { clock, webSocket } = world()
    const options = { ...TARGET, path: '/', maxMessageBytes: 100 }
    await webSocket.listen(options, { onConnection: () => {}, onGet: () => undefined })
    const client = await webSocket.connect(options)
    await clock.settle()
    webSocket.cut(TARGET.port)
    let answered: boolean | undefined
    void client.ping(500).then((answer) => {
      answered = answer
    })
    await clock.advance(499)
    expect(answered).toBeUndefined()
    await clock.advance(1)
    expect(answered).toBe(false)
    webSocket.heal(TARGET.port)
    const ping = client.ping(500)
    await clock.advance(0)
    expect(await ping).toBe(true)
    webSocket.cut(TARGET.port)
    let closed: string | undefined
    client.onClose((reason) => {
      closed = reason
    })
    client.close('going away')
    await clock.advance(999)
    expect(closed).toBeUndefined()
    await clock.advance(1)
    expect(closed).toBe('closed with code 1006')
  })
})

describe('testRuntime', () => {
  test('is a world of its own, of which parts can be shared', async () => {
    const one = testRuntime()
    const two = testRuntime({ net: one.net, clock: one.clock })
    await one.net.listen({ host: 'a', port: 1 }, () => {})
    expect((await two.net.connect({ host: 'a', port: 1, timeoutMs: 10 })).remotePort).toBe(1)
    expect(two.timers).toBe(one.clock)
    expect(two.disk).not.toBe(one.disk)
    one.logger.child({ broker: 1 }).warn('low', { free: 2 })
    expect(one.logger.lines).toEqual([{ level: 'warn', message: 'low', fields: { broker: 1, free: 2 } }])
    expect(one.logger.messages('warn')).toEqual(['low'])
    expect(two.logger.lines).toEqual([])
  })
})
