import { main } from '../get-offsets/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
