import { main } from '../dump-log/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
