#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { runAsProcess } = await import('../src/tool/process.ts')
const { main } = await import('../src/topics/main.ts')
await runAsProcess(main)
