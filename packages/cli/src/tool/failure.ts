import { ClientError, describeAttempt } from '@ottla/client'
import { ConnectError } from '../connect/connect-options.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage.ts'

/** What the tool was asked to do cannot be done. */
export class ToolError extends Error {
  override readonly name: string = 'ToolError'
}

const EXPECTED = [ClientError, ToolError, ConnectError, UsageError]

/** Anything else that is thrown is a defect of the tool. */
export function isExpected(error: unknown): error is Error {
  return EXPECTED.some((type) => error instanceof type)
}

/** What was being tried when the cluster refused; undefined for errors of this side. */
export function attemptOf(error: unknown): string | undefined {
  if (!(error instanceof ClientError)) return undefined
  const attempt = describeAttempt(error.attempt)
  return attempt === '' ? error.errorName : `${error.errorName}: ${attempt}`
}

/**
 * Runs what a tool does with the cluster. A failure that was to be expected is one line on stderr, with what was being tried
 * below it, and exit code 1.
 */
export async function reporting(prefix: string, io: Io, body: () => Promise<number>): Promise<number> {
  try {
    return await body()
  } catch (error) {
    if (!isExpected(error)) throw error
    io.err.line(`${prefix}${error.message}`)
    const attempt = attemptOf(error)
    if (attempt !== undefined) io.err.line(attempt)
    return 1
  }
}
