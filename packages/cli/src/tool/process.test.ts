import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { encodeBatch } from '@ottla/protocol'
import '@ottla/runtime/node'
import { VERSION } from './version.ts'

const PACKAGE = join(import.meta.dirname, '../..')
const BIN = join(PACKAGE, 'bin')

let directory: string
let log: string

/** Its dump is several megabytes: more than any pipe holds. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cli-'))
  log = join(directory, '00000000000000000000.log')
  const value = new Uint8Array(1000).fill(120)
  const batches = Array.from({ length: 40 }, (_, batch) =>
    encodeBatch({
      baseOffset: batch * 100,
      records: Array.from({ length: 100 }, () => ({ key: null, value, timestamp: 1 })),
    }),
  )
  writeFileSync(log, Buffer.concat(batches))
})

afterAll(() => rmSync(directory, { recursive: true }))

function run(bin: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(BIN, bin), ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe('binaries', () => {
  test.each(readdirSync(BIN))('%s runs', async (bin) => {
    const args = bin === 'kafka-run-class.js' ? ['kafka.tools.DumpLogSegments', '--version'] : ['--version']
    expect(await run(bin, ...args)).toMatchObject({ code: 0, stdout: `4.3.1 (ottla ${VERSION})\n` })
  })

  test('the version is that of the package', () => {
    expect(JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).version).toBe(VERSION)
  })

  test('the exit code does not cut the output', async () => {
    const { code, stdout, stderr } = await run(
      'kafka-dump-log.js',
      '--print-data-log',
      '--files',
      `${log},${directory}/none.log`,
    )
    expect(code).toBe(1)
    expect(stdout.match(/^\| offset/gm)?.length).toBe(4000)
    expect(stderr).toMatch(/none\.log/)
  })

  test('a reader that goes away ends the tool quietly', async () => {
    const child = spawn(process.execPath, [join(BIN, 'kafka-dump-log.js'), '--print-data-log', '--files', log])
    const errors: string[] = []
    child.stderr.on('data', (chunk) => errors.push(String(chunk)))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'close')
    expect([code, errors.join('')]).toEqual([0, ''])
  })
})
