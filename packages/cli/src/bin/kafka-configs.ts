import { main } from '../configs/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
