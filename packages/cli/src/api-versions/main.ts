import { type Admin, type BrokerDescription, ClientError } from '@ottla/client'
import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { javaError } from '../names/java-exception.ts'
import { reporting } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { addOutputOption, type OutputOptions, outputFormat, printJson } from '../tool/output.ts'
import { guarded, parseArguments, toolCommand } from '../tool/usage.ts'
import { type Answer, brokerJson, brokerText } from './lines.ts'

const NAME = 'kafka-broker-api-versions'

type Options = ConnectOptions & OutputOptions

function command(): Command {
  const command = toolCommand(
    NAME,
    'Lists the APIs that each broker serves, with their versions.',
    '--bootstrap-server localhost:9092',
  )
  return addOutputOption(addServerOptions(command))
}

/** kafka-broker-api-versions, BrokerApiVersionsCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<Options>(command(), args, io)
    checkConnectOptions(options)
    return reporting('', io, () => withAdmin(options, io, (admin) => printVersions(admin, options, io)))
  })
}

/** A broker that does not answer stands in its place with the reason; the others are shown. */
async function printVersions(admin: Admin, options: Options, io: Io): Promise<number> {
  const { brokers } = await admin.describeCluster()
  const inOrder = [...brokers].sort((a, b) => a.id - b.id)
  const answers = await Promise.all(inOrder.map((broker) => ask(admin, broker)))
  const format = outputFormat(options, io)
  if (format === 'json') printJson(io, answers.map(answerJson))
  else if (format === 'text') for (const answer of answers) io.out.line(answerText(answer))
  else io.out.line(await (await import('./table.ts')).versionsTable(answers))
  return 0
}

async function ask(admin: Admin, broker: BrokerDescription): Promise<Answer> {
  try {
    return { broker, description: await admin.describeApiVersions(broker.id) }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    return { broker, error }
  }
}

function answerText(answer: Answer): string {
  if ('description' in answer) return brokerText(answer)
  const { host, port, id, rack, isFenced } = answer.broker
  return `${host}:${port} (id: ${id} rack: ${rack} isFenced: ${isFenced}) -> ERROR: ${javaError(answer.error)}`
}

function answerJson(answer: Answer) {
  if ('description' in answer) return { ...brokerJson(answer), error: null }
  const { id, host, port, rack } = answer.broker
  return { broker: id, host, port, rack, error: { code: answer.error.errorName, message: answer.error.message } }
}
