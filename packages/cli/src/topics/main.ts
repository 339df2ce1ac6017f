import { type Admin, unwrap } from '@ottla/client'
import { withAdmin } from '../connect/connect-options.ts'
import { attemptOf, isExpected } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson } from '../tool/output.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { alterTopics, configChanges } from './alter.ts'
import { createTopic, newTopic } from './create.ts'
import { describeTopics } from './describe.ts'
import { listJson } from './json.ts'
import { type Action, checkOptions, command, NAME, type TopicsOptions } from './options.ts'
import { parseReplicaAssignment } from './replica-assignment.ts'
import { requireSome, selectListings, selectTopics } from './select.ts'

const ACTIONS: Readonly<Record<Action, (admin: Admin, options: TopicsOptions, io: Io) => Promise<void>>> = {
  create: createTopic,
  list: listTopics,
  describe: describeTopics,
  alter: alterTopics,
  delete: deleteTopics,
}

/** kafka-topics, TopicCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<TopicsOptions>(command(), args, io)
    const action = checkOptions(options)
    try {
      checkTexts(action, options)
      await withAdmin(options, io, (admin) => ACTIONS[action](admin, options, io))
      return 0
    } catch (error) {
      reportFailure(error, io)
      return 1
    }
  })
}

/** What can be found wrong before anything is connected. */
function checkTexts(action: Action, options: TopicsOptions): void {
  if (action === 'create') newTopic(options)
  if (action !== 'alter') return
  configChanges(options)
  if (options.replicaAssignment !== undefined) parseReplicaAssignment(options.replicaAssignment)
}

/** One empty line when there is no topic, as Kafka's tool prints it. */
async function listTopics(admin: Admin, options: TopicsOptions, io: Io): Promise<void> {
  const topics = await selectListings(admin, options)
  if (outputFormat(options, io) === 'json') return printJson(io, listJson(topics))
  io.out.line(topics.map(({ name }) => name).join('\n'))
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
  const attempt = attemptOf(error)
  if (attempt !== undefined) io.err.line(attempt)
}
