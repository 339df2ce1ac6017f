import { main } from '../cluster/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
