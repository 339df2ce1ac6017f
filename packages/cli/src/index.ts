/** The tools as functions of arguments and streams, for tests and for programs that bundle them. */
export { main as dumpLog } from './dump-log/main.ts'
export { main as getOffsets } from './get-offsets/main.ts'
export { main as runClass } from './run-class.ts'
export type { Io, TextSink, Tool } from './tool/io.ts'
export { runAsProcess } from './tool/process.ts'
export { main as topics } from './topics/main.ts'
