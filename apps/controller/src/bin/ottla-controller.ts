import { startInBackground } from '@ottla/runtime/node'

const args = process.argv.slice(2)
if (args.includes('-daemon')) {
  const rest = args.filter((argument) => argument !== '-daemon')
  startInBackground(rest, { name: 'ottla-controller', output: 'ottla-controller.out' })
} else {
  const { main } = await import('../main.ts')
  await main(args)
}
