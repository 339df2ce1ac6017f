import { main } from '../delete-records/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
