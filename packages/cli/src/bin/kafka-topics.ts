import { runAsProcess } from '../tool/process.ts'
import { main } from '../topics/main.ts'

await runAsProcess(main)
