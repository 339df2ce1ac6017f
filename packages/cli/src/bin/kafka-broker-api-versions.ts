import { main } from '../api-versions/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
