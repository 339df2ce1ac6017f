import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

test.each([
  [{ FORCE_COLOR: '1' }, '"\\u001b[31mx\\u001b[39m"'],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, '"x"'],
  [{ FORCE_COLOR: '1', NO_COLOR: '' }, '"\\u001b[31mx\\u001b[39m"'],
])('%j', (env, expected) => {
  const program = `import { colours } from ${JSON.stringify(join(import.meta.dirname, 'colours.ts'))}\nprocess.stdout.write(JSON.stringify(colours.red('x')))`
  const options = ['--no-warnings', '--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, options, { encoding: 'utf8', env })).toBe(expected)
})
