import type { Admin, DeletedRecords, RecordsToDelete } from '@ottla/client'
import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { javaError } from '../names/java-exception.ts'
import { partitionName, readTextFile } from '../names/partition-json.ts'
import { reporting } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { addOutputOption, type OutputOptions, outputFormat, printJson } from '../tool/output.ts'
import { guarded, parseArguments, requireOptions, toolCommand } from '../tool/usage.ts'
import { parseOffsetFile } from './offset-file.ts'

const NAME = 'kafka-delete-records'

interface Options extends ConnectOptions, OutputOptions {
  readonly offsetJsonFile?: string
}

function command(): Command {
  const command = toolCommand(
    NAME,
    'Deletes the records of partitions that lie in front of an offset.',
    '--bootstrap-server localhost:9092 --offset-json-file offsets.json',
  )
  return addOutputOption(
    addServerOptions(command).option(
      '--offset-json-file <file>',
      'required: {"version":1,"partitions":[{"topic":"hello","partition":0,"offset":10}]}: what lies before the offset goes; -1: all',
    ),
  )
}

/** kafka-delete-records, DeleteRecordsCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<Options>(command(), args, io)
    checkConnectOptions(options)
    requireOptions(options, 'offset-json-file')
    return reporting('', io, async () => {
      const wishes = parseOffsetFile(readTextFile(await io.runtime(), options.offsetJsonFile!))
      return withAdmin(options, io, (admin) => deleteRecords(admin, { wishes, options }, io))
    })
  })
}

/** A partition that fails is reported in its place and leaves the exit code 0, as in Apache's tool. */
async function deleteRecords(
  admin: Admin,
  { wishes, options }: { readonly wishes: readonly RecordsToDelete[]; readonly options: Options },
  io: Io,
): Promise<number> {
  const isJson = outputFormat(options, io) === 'json'
  if (!isJson) io.out.line('Executing records delete operation')
  const deleted = await admin.deleteRecords(wishes)
  if (isJson) {
    printJson(io, deleted.map(deletedJson))
    return 0
  }
  io.out.line('Records delete operation completed:')
  for (const partition of deleted) io.out.line(deletedLine(partition))
  return 0
}

function deletedLine({ outcome, ...partition }: DeletedRecords): string {
  const result = outcome.ok ? `low_watermark: ${outcome.value.lowWatermark}` : `error: ${javaError(outcome.error)}`
  return `partition: ${partitionName(partition)}\t${result}`
}

function deletedJson({ topic, partition, outcome }: DeletedRecords) {
  const { ok } = outcome
  return {
    topic,
    partition,
    lowWatermark: ok ? outcome.value.lowWatermark : null,
    error: ok ? null : { code: outcome.error.errorName, message: outcome.error.message },
  }
}
