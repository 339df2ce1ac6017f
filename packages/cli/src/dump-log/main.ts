import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Io } from '../tool/io.ts'
import { guarded, integer, parseArguments, requireOptions, toolCommand, UsageError } from '../tool/usage.ts'
import type { DumpContext, DumpOptions } from './context.ts'
import { decoderOf } from './decoders.ts'
import { Findings } from './findings.ts'
import { dumpLogFile } from './log-file.ts'
import { dumpProducerSnapshot } from './producer-snapshot.ts'
import { dumpTransactionIndex } from './transaction-index.ts'

const NAME = 'kafka-dump-log'

/** By the suffix of the file. */
const DUMPERS: Readonly<Record<string, (path: string, context: DumpContext) => Promise<void>>> = {
  '.log': dumpLogFile,
  '.checkpoint': dumpLogFile,
  '.index': async (path, context) => (await import('./index-file.ts')).dumpOffsetIndex(path, context),
  '.timeindex': async (path, context) => (await import('./index-file.ts')).dumpTimeIndex(path, context),
  '.snapshot': dumpProducerSnapshot,
  '.txnindex': dumpTransactionIndex,
}

function command(): Command {
  return toolCommand(
    NAME,
    'Prints what lies in the files of a partition: batches, records, indexes, producer state.',
    '--files DIR/hello-0/00000000000000000000.log --print-data-log',
  )
    .option('--files <paths>', 'required: the files, separated by commas')
    .option('--print-data-log', 'print each record with key and value')
    .option('--deep-iteration', 'print each record, not only each batch; included in --print-data-log')
    .option(
      '--offsets-decoder',
      'print records of __consumer_offsets as JSON; like the next five it implies --print-data-log',
    )
    .option('--transaction-log-decoder', 'the same for __transaction_state')
    .option('--share-group-state-decoder', 'the same for __share_group_state')
    .option('--cluster-metadata-decoder', "the same for the log of Apache Kafka's metadata quorum")
    .option(
      '--key-decoder-class [class]',
      'how to read keys: StringDecoder (the default), IntegerDecoder or LongDecoder',
    )
    .option('--value-decoder-class [class]', 'how to read values')
    .option('--skip-record-metadata', 'of each record print only key and value, of control records nothing')
    .option('--max-bytes <size>', 'look only at so many bytes of each log file', integer('max-bytes'))
    .option('--max-message-size <size>', 'accepted; batches of any size are read', integer('max-message-size'))
    .option(
      '--index-sanity-check',
      'only check that an index has a plausible size and end, as a broker does at its start',
    )
    .option('--verify-index-only', 'compare the indexes with the log, print only differences')
}

/** kafka-dump-log, dump-log-segments. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<DumpOptions>(command(), args, io)
    requireOptions(options, 'files')
    const paths = options.files!.split(',').map((path) => path.trim())
    if (paths.every((path) => path === ''))
      throw new UsageError('--files is empty: expected paths, separated by commas')
    const decoder = await decoderOf(options)
    const { disk } = await io.runtime()
    let exitCode = 0
    const fail = (message: string) => {
      io.err.line(message)
      exitCode = 1
    }
    const context: DumpContext = {
      io,
      disk,
      options,
      decoder,
      findings: new Findings(),
      absolute: (path) => resolve(path),
      fail,
    }
    for (const path of paths) if (path !== '') await dumpFile(path, context)
    context.findings.report(io.err)
    return exitCode
  })
}

/** A file that cannot be read or understood does not keep the others from being dumped. */
async function dumpFile(path: string, context: DumpContext): Promise<void> {
  const { io } = context
  io.out.line(`Dumping ${path}`)
  const dump = DUMPERS[/\.[a-z]+$/.exec(path)?.[0] ?? '']
  if (dump === undefined) return io.err.line(`Ignoring unknown file ${path}`)
  try {
    await dump(path, context)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    context.fail(error.message.includes(path) ? error.message : `${path}: ${error.message}`)
  }
}
