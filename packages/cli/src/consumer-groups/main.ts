import { type Admin, ClientError } from '@ottla/client'
import { withAdmin } from '../connect/connect-options.ts'
import { javaError } from '../names/java-exception.ts'
import { attemptOf, isExpected } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat } from '../tool/output.ts'
import { guarded, parseArguments, UsageError } from '../tool/usage.ts'
import { listGroups } from './list.ts'
import { type Action, checkOptions, command, type GroupsOptions, NAME } from './options.ts'

type Work = (admin: Admin, options: GroupsOptions, io: Io) => Promise<void>

/** Loaded when it is wanted: listing needs little. */
const WORK: Readonly<Record<Exclude<Action, 'validate-regex'>, (options: GroupsOptions) => Promise<Work>>> = {
  list: async () => listGroups,
  describe: async ({ watch }) =>
    watch === undefined ? (await import('./describe.ts')).describeGroups : (await import('./watch.ts')).watchGroups,
  delete: async () => (await import('./delete.ts')).deleteGroups,
  'reset-offsets': async () => (await import('./reset.ts')).resetOffsets,
  'delete-offsets': async () => (await import('./delete-offsets.ts')).deleteOffsets,
}

/** kafka-consumer-groups, ConsumerGroupCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<GroupsOptions>(command(), args, io)
    const action = checkOptions(options)
    if (action === 'validate-regex') {
      io.out.line((await import('./validate-regex.ts')).verdictOf(options.validateRegex!))
      return 0
    }
    const work = await WORK[action](options)
    try {
      await withAdmin({ ...options, reachTimeoutMs: options.timeout }, io, (admin) => work(admin, options, io))
      return 0
    } catch (error) {
      return reportFailure(error, { action, options }, io)
    }
  })
}

/**
 * On stdout, and with exit code 0, as Apache's tool has it: scripts look at the text. A reader of JSON gets neither: the failure is on
 * stderr, and the exit code 1.
 */
function reportFailure(
  error: unknown,
  { action, options }: { readonly action: Action; readonly options: GroupsOptions },
  io: Io,
): number {
  if (!isExpected(error) || error instanceof UsageError) throw error
  const json = outputFormat(options, io) === 'json'
  const sink = json ? io.err : io.out
  sink.line(`\nError: Executing consumer group command failed due to ${reasonOf(error, action)}`)
  const attempt = attemptOf(error)
  if (attempt !== undefined) io.err.line(attempt)
  return json ? 1 : 0
}

/** Apache's tool names the exception, except where it resets offsets. */
function reasonOf(error: Error, action: Action): string {
  return error instanceof ClientError && action !== 'reset-offsets' ? javaError(error) : error.message
}
