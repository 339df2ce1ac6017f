import { main } from '../log-dirs/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
