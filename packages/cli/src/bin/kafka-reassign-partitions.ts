import { main } from '../reassign-partitions/main.ts'
import { runAsProcess } from '../tool/process.ts'

await runAsProcess(main)
