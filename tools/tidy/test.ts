/**
 * The test command: format and lint, types, import rules, unused code, packed packages, then every jest suite. Each
 * of the first five counts as one test. The last line is `N passed, N failed` (`, N skipped` where any are); the exit code is
 * 0 only without failures.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Runs a program of the workspace with the output shown; true when it exits with 0. */
function run(program: string, args: readonly string[], env: Record<string, string> = {}): boolean {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (result.error !== undefined) console.error(`${program}: ${result.error.message}`)
  return result.status === 0
}

/** Turbo replays the result of a check whose inputs have not changed. */
function runCheck(name: string, tally: Tally): void {
  const ok = run(join(root, 'node_modules/.bin/turbo'), ['run', `//#${name}`, '--output-logs=errors-only'], {
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  })
  console.log(`${ok ? 'PASS' : 'FAIL'} ${name}`)
  if (ok) tally.passed++
  else tally.failed++
}

interface JestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numRuntimeErrorTestSuites: number
}

function runJest(args: readonly string[], tally: Tally): void {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-test-'))
  const reportFile = join(directory, 'jest.json')
  const jest = join(root, 'node_modules/jest/bin/jest.js')
  const jestArgs = ['--no-warnings', '--experimental-vm-modules', jest, '--json', `--outputFile=${reportFile}`, ...args]
  const ok = run(process.execPath, jestArgs)
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport
    tally.passed += report.numPassedTests
    // A suite that could not even start is a failure of its own; so is a run that failed without a failed test.
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites
    tally.failed += ok ? failed : Math.max(1, failed)
    tally.skipped += report.numPendingTests + report.numTodoTests
  } catch (error) {
    console.error(`jest left no report: ${(error as Error).message}`)
    tally.failed++
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
for (const check of ['lint', 'types', 'imports', 'unused', 'pack:check']) runCheck(check, tally)
runJest(process.argv.slice(2), tally)
console.log(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`)
process.exitCode = tally.failed === 0 ? 0 : 1
