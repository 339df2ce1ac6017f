import { main } from '../run-class.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
