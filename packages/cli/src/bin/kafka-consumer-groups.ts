import { main } from '../consumer-groups/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
