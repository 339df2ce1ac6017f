import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const SEEDS_MS_MAX = 1_200_000

interface Ended {
  readonly code: number
  readonly output: string
}

/** The command as a user runs it, in a process of its own: the world guards the globals of its process. */
function sim(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--no-warnings', MAIN, ...args], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr })
    })
  })
}

test(
  'two hundred seeds: crashes, power losses, partitions and changes lose nothing that may not be lost, and the cluster heals',
  async () => {
    const { code, output } = await sim('--seeds', '200')
    expect({ code, failures: output.match(/^(seed| {2}\d).*/gm) }).toEqual({ code: 0, failures: null })
    expect(output).toMatch(/^200 seeds, 0 failed/m)
  },
  SEEDS_MS_MAX,
)

test(
  'the same seed is the same run',
  async () => {
    const [one, other] = await Promise.all([sim('--seed', '7', '--trace'), sim('--seed', '7', '--trace')])
    expect(one.output).toBe(other.output)
    expect(one.output).toMatch(/digest [0-9a-f]+/)
    expect(one.output.split('\n').length).toBeGreaterThan(500)
  },
  SEEDS_MS_MAX,
)

test(
  'a disk that goes bad has something that can rot',
  async () => {
    const { output } = await sim('--seed', '30', '--trace')
    expect(output).toMatch(/^seed 30: damage/m)
    expect(output).toMatch(/broker-\d topic-\d+-\d+: rot of \d+ to \d+$/m)
  },
  SEEDS_MS_MAX,
)

test(
  'a broken variant is caught and told with its plan and trace',
  async () => {
    const hunt = await sim('--mutants', '--mutant', 'min-isr-ignored', '--jobs', '1')
    const [, seed = '', checker = ''] = /^min-isr-ignored: seed (\d+), (.*)$/m.exec(hunt.output) ?? []
    const { code, output } = await sim('--seed', seed, '--mutant', 'min-isr-ignored')
    expect({ hunt: hunt.code, code }).toEqual({ hunt: 0, code: 1 })
    expect(output).toMatch(new RegExp(`^VIOLATION at .*${checker}: `, 'm'))
    expect(output).toMatch(/leading epoch \d/)
  },
  SEEDS_MS_MAX,
)

test.each([
  [['--seeds', 'many'], 'wants a whole number'],
  [['--mutant', 'nobody'], 'no mutant is called nobody'],
])('%j is refused', async (args, message) => {
  const { code, output } = await sim(...args)
  expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message) })
})
