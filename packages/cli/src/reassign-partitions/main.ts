import type { Admin } from '@ottla/client'
import { withAdmin } from '../connect/connect-options.ts'
import { readTextFile } from '../names/partition-json.ts'
import { attemptOf, isExpected } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { checkAssignments, parseAssignmentFile } from './assignment-file.ts'
import { cancel } from './cancel.ts'
import { execute } from './execute.ts'
import { generate, generateWish } from './generate.ts'
import { list } from './list.ts'
import { type Action, checkOptions, command, NAME, type ReassignOptions } from './options.ts'
import { PlainError } from './plain-error.ts'
import { verify } from './verify.ts'
import type { AssignmentWish } from './wish.ts'

type Work = (admin: Admin, io: Io) => Promise<void>

/** kafka-reassign-partitions, ReassignPartitionsCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<ReassignOptions>(command(), args, io)
    const action = checkOptions(options)
    try {
      const work = await WORK[action](options, io)
      const { brokerList: _, ...connect } = options
      await withAdmin(connect, io, (admin) => work(admin, io))
      return 0
    } catch (error) {
      reportFailure(error, io)
      return 1
    }
  })
}

/** Reads the files, so that what is wrong with them is said before anything is connected. */
const WORK: Readonly<Record<Action, (options: ReassignOptions, io: Io) => Promise<Work>>> = {
  generate: async (options, io) => {
    const wish = generateWish(options, readTextFile(await io.runtime(), options.topicsToMoveJsonFile!))
    return (admin, io) => generate(admin, wish, io)
  },
  execute: async (options, io) => {
    const wish = await assignmentWish(options, io)
    checkAssignments(wish.assignments)
    return (admin, io) => execute(admin, wish, io)
  },
  verify: async (options, io) => {
    const wish = await assignmentWish(options, io)
    return (admin, io) => verify(admin, wish, io)
  },
  cancel: async (options, io) => {
    const wish = await assignmentWish(options, io)
    return (admin, io) => cancel(admin, wish, io)
  },
  list: async (options) => (admin, io) => list(admin, options, io),
}

async function assignmentWish(options: ReassignOptions, io: Io): Promise<AssignmentWish> {
  const text = readTextFile(await io.runtime(), options.reassignmentJsonFile!)
  return { assignments: parseAssignmentFile(text), options }
}

/** On stdout, where Apache's tool has it; what was being tried on stderr. */
function reportFailure(error: unknown, io: Io): void {
  if (!isExpected(error)) throw error
  io.out.line(error instanceof PlainError ? error.message : `Error: ${error.message}`)
  const attempt = attemptOf(error)
  if (attempt !== undefined) io.err.line(attempt)
}
