import { main } from '../groups/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
