#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const args = process.argv.slice(2)
if (args.includes('-daemon')) {
  const { startInBackground } = await import('@ottla/runtime/node')
  const rest = args.filter((argument) => argument !== '-daemon')
  startInBackground(rest, { name: 'kafka-server-start', output: 'kafkaServer.out' })
} else {
  const { main } = await import('../src/main.ts')
  await main(args)
}
