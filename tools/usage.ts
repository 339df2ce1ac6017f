/** What the commands for developers have in common (`pnpm sim`, `torture`, `bench`): `--help`, one line for a wrong option, and an end at `| head`. */
interface Usage {
  /** The name behind `pnpm`. */
  readonly tool: string
  readonly text: string
}

/** Runs `parse`, which may throw node's errors of `parseArgs`. `--help` prints the text and ends with 0, a wrong option ends with 1. */
export function withUsage<T>({ tool, text }: Usage, parse: () => T): T {
  endQuietlyOnBrokenPipe()
  if (process.argv.includes('--help')) {
    console.log(text)
    process.exit(0)
  }
  try {
    return parse()
  } catch (error) {
    const { message } = error as Error
    console.error(`${tool}: ${message.split('. ')[0]}\n"pnpm ${tool} --help" lists the options.`)
    process.exit(1)
  }
}

/** Nobody reads on: no failure. */
function endQuietlyOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
}
