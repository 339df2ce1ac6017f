import { expect, test } from '@jest/globals'
import { recordingLogger } from '@ottla/runtime/testing'
import { BudgetedLogger, LINES_PER_SECOND_MAX } from './budgeted-logger.ts'

test('so many lines a second, and one that tells how many were left out', () => {
  const recorded = recordingLogger()
  const logger = new BudgetedLogger(recorded)
  const child = logger.child({ listener: 'A' })
  for (let line = 0; line < LINES_PER_SECOND_MAX; line++) {
    logger.info(`info ${line}`)
    child.error(`error ${line}`)
  }
  expect(recorded.lines).toHaveLength(LINES_PER_SECOND_MAX)
  logger.renew()
  expect(recorded.messages('warn')).toEqual([
    `${LINES_PER_SECOND_MAX} more lines about single connections were left out`,
  ])
  child.warn('again')
  logger.renew()
  expect(recorded.lines.at(-1)).toEqual({ level: 'warn', message: 'again', fields: { listener: 'A' } })
})

test('debug lines are for who asks for them', () => {
  const recorded = recordingLogger()
  const logger = new BudgetedLogger(recorded)
  for (let line = 0; line < 3 * LINES_PER_SECOND_MAX; line++) logger.debug('x')
  expect(recorded.messages('debug')).toHaveLength(3 * LINES_PER_SECOND_MAX)
})
