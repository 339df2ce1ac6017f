import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { nodeWebSocket } from '@ottla/runtime/node'

const BIN = fileURLToPath(new URL('../bin/ottla-controller.js', import.meta.url))

/** The command as a process of its own. */
function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Waits for the line that says where it serves. */
async function started(controller: ChildProcess): Promise<{ port: number; clusterId: string }> {
  let text = ''
  for await (const chunk of controller.stdout!) {
    text += chunk
    const match = /started at 127\.0\.0\.1:(\d+), cluster (\S{22})/.exec(text)
    if (match !== null) return { port: Number(match[1]), clusterId: match[2]! }
  }
  throw new Error(`the controller ended: ${text}`)
}

async function failure(...args: string[]): Promise<{ code: number; text: string }> {
  const controller = run(...args)
  let text = ''
  controller.stderr!.on('data', (chunk) => {
    text += chunk
  })
  const [code] = await once(controller, 'close')
  return { code, text }
}

describe('the ottla-controller command', () => {
  test('serves, refuses a second one in plain words, stops on SIGTERM, and comes back after a kill as the same cluster', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ottla-controller-'))
    const file = join(directory, 'zookeeper.properties')
    writeFileSync(file, `dataDir = ${join(directory, 'data')}\nclientPort = 0\ntickTime=2000\n`)
    try {
      const first = run(file)
      const { port, clusterId } = await started(first)
      const page = await nodeWebSocket.get({ host: '127.0.0.1', port, path: '/brokers', timeoutMs: 5000 })
      expect(JSON.parse(page.body)).toEqual({ clusterId, brokers: [] })
      expect(await failure(file)).toMatchObject({ code: 1, text: expect.stringMatching(/dataDir \S+ is in use/) })
      const elsewhere = `dataDir=${join(directory, 'other')}`
      const taken = await failure(file, '--override', elsewhere, '--override', `clientPort=${port}`)
      expect(taken).toMatchObject({ code: 1, text: expect.stringMatching(/cannot listen \(clientPort.*EADDRINUSE/) })

      first.kill('SIGKILL')
      await once(first, 'exit')
      const second = run(file)
      expect((await started(second)).clusterId).toBe(clusterId)
      second.kill('SIGTERM')
      const [code] = await once(second, 'exit')
      expect(code).toBe(0)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('says in one line what is wrong with a configuration', async () => {
    expect(await failure('--override', 'clientPort=0')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^ottla-controller: .*dataDir/m),
    })
  })
})
