import { main } from '../leader-election/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
