import { type Admin, ClientError, describeAttempt, unwrap } from '@ottla/client'
import { ConnectError, withAdmin } from '../connect/connect-options.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments, UsageError } from '../tool/usage.ts'
import { createTopic, newTopic } from './create.ts'
import { describeTopics } from './describe.ts'
import { TopicCommandError } from './errors.ts'
import { type Action, checkOptions, command, NAME, type TopicsOptions } from './options.ts'
import { requireSome, selectTopics } from './select.ts'

const ACTIONS: Readonly<Record<Action, (admin: Admin, options: TopicsOptions, io: Io) => Promise<void>>> = {
  create: createTopic,
  list: listTopics,
  describe: describeTopics,
  delete: deleteTopics,
}

/** kafka-topics, TopicCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<TopicsOptions>(command(), args, io)
    const action = checkOptions(options)
    try {
      if (action === 'create') newTopic(options)
      await withAdmin(options, io, (admin) => ACTIONS[action](admin, options, io))
      return 0
    } catch (error) {
      reportFailure(error, io)
      return 1
    }
  })
}

/** One empty line when there is no topic, as Kafka's tool prints it. */
async function listTopics(admin: Admin, options: TopicsOptions, io: Io): Promise<void> {
  io.out.line((await selectTopics(admin, options)).join('\n'))
}

async function deleteTopics(admin: Admin, options: TopicsOptions): Promise<void> {
  const names = await selectTopics(admin, options)
  requireSome(names, options)
  const outcomes = await admin.deleteTopics(names)
  for (const outcome of outcomes.values()) unwrap(outcome)
}

/** The failure itself on stdout, where Kafka's tool has it; what was being tried on stderr. */
function reportFailure(error: unknown, io: Io): void {
  if (!isExpected(error)) throw error
  io.out.line(`Error while executing topic command : ${error.message}`)
  if (error instanceof ClientError) io.err.line(`${error.errorName}: ${describeAttempt(error.attempt)}`)
}

const EXPECTED = [ClientError, TopicCommandError, ConnectError, UsageError]

function isExpected(error: unknown): error is Error {
  return EXPECTED.some((type) => error instanceof type)
}
