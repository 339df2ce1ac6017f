import type { Disk } from '@ottla/runtime'
import type { Io } from '../tool/io.ts'
import type { Findings } from './findings.ts'

export interface DumpOptions {
  /** Paths, separated by commas. */
  readonly files?: string
  readonly printDataLog?: true
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
  /** An absolute path, for findings. */
  absolute(path: string): string
  /** Says what is wrong on stderr and makes the exit code 1; dumping goes on. */
  fail(message: string): void
}
