import { main } from '../console-consumer/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
