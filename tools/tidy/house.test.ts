import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Tracked files and new ones that are not ignored. */
function files(...patterns: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\n').filter((file) => file !== '')
}

function matches(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => {
    let text: string
    try {
      text = readFileSync(join(root, path), 'utf8')
    } catch {
      return [] // listed by git, removed from the work tree
    }
    return text
      .split('\n')
      .map((line, index) => ({ line, at: `${path}:${index + 1}: ${line.trim().slice(0, 120)}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ at }) => at)
  })
}

const sources = () =>
  files('packages/*.ts', 'apps/*.ts').filter(
    (path) =>
      !/\.test\.ts$|\/gen\/|^packages\/runtime\/src\/(node|testing)\/|^packages\/cli\/|\/src\/main\.ts$|^packages\/embedded\/src\/command\//.test(
        path,
      ),
  )

test('time, randomness and the process are reached through the runtime only', () => {
  expect(
    matches(
      sources(),
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bprocess\.(env|exit|on|hrtime|pid)\b/,
    ),
  ).toEqual([])
})

test('no test is skipped or focused', () => {
  expect(matches(files('*.test.ts'), /\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|describe)\(/)).toEqual([])
})

test('no machine paths and no registry hosts', () => {
  const text = files('*').filter(
    (path) => /\.(ts|js|mjs|json|ya?ml|md|proto|sh)$|^\.|\/run$/.test(path) && path !== 'tools/tidy/house.test.ts',
  )
  expect(matches(text, /\/work\/(main|shared)|\/root\/|registry\.(npmjs|yarnpkg)|\bartifactory\b/)).toEqual([])
})
