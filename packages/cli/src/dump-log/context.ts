import type { Disk } from '@ottla/runtime'
import type { Io } from '../tool/io.ts'
import type { DecoderOptions } from './decoders.ts'
import type { Findings } from './findings.ts'
import type { RecordDecoder } from './record-text.ts'

export interface DumpOptions extends DecoderOptions {
  /** Paths, separated by commas. */
  readonly files?: string
  readonly deepIteration?: true
  readonly skipRecordMetadata?: true
  readonly indexSanityCheck?: true
  readonly verifyIndexOnly?: true
  readonly maxBytes?: number
  readonly maxMessageSize?: number
}

/** What dumping one file needs. */
export interface DumpContext {
  readonly io: Io
  readonly disk: Disk
  readonly options: DumpOptions
  readonly findings: Findings
  /** For keys and values of records; undefined: they are not shown. */
  readonly decoder: RecordDecoder | undefined
  /** An absolute path, for findings. */
  absolute(path: string): string
  /** Says what is wrong on stderr and makes the exit code 1; dumping goes on. */
  fail(message: string): void
}
