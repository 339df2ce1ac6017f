import { main } from '../console-producer/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
