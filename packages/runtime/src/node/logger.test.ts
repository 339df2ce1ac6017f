import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'

const module = new URL('./logger.ts', import.meta.url).href

/** What another process writes to stderr; its stdout must stay empty. */
function linesOf(options: string, script: string): string[] {
  const source = `
    const { createLogger } = await import(${JSON.stringify(module)})
    const logger = createLogger(${options})
    ${script}`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
  expect(run.stdout).toBe('')
  return run.stderr.split('\n').filter((line) => line !== '')
}

test('one JSON object per line on stderr, from the level on, with the fields of the parents', () => {
  const lines = linesOf(
    `{ level: 'info' }`,
    `logger.debug('hidden')
     logger.info('started', { port: 9092 })
     logger.child({ broker: 1 }).child({ topic: 't' }).error('lost', { error: new Error('disk') })`,
  ).map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), port: 9092, msg: 'started' },
    {
      level: 'error',
      time: expect.any(String),
      broker: 1,
      topic: 't',
      error: expect.objectContaining({ message: 'disk', stack: expect.any(String) }),
      msg: 'lost',
    },
  ])
})

test('pretty: a line for a person, and the last words before the process dies', () => {
  const lines = linesOf(
    `{ level: 'info', pretty: true }`,
    `logger.warn('low on space', { freeBytes: 12 }); process.exit(1)`,
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: low on space \{"freeBytes":12\}$/)
})

test('silent writes nothing', () => {
  expect(linesOf(`{ level: 'silent' }`, `logger.error('x')`)).toEqual([])
})
