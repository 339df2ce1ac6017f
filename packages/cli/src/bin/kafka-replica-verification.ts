import { main } from '../replica-verification/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
