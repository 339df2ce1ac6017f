#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const args = process.argv.slice(2)
if (args.includes('-daemon')) {
  const { startInBackground } = await import('./background.js')
  startInBackground(args.filter((argument) => argument !== '-daemon'))
} else {
  const { main } = await import('../src/main.ts')
  await main(args)
}
