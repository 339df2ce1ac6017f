/** The same command lines for our tools and for Apache Kafka's. */
import { apacheTools, type Output } from './apache.ts'
import { run } from './process.ts'

/** What NAME becomes for Apache's tools and for ours. */
export const NAMES = ['by-java', 'by-node'] as const

const DEADLINE_MS = 1_200_000

export interface BothOutputs {
  readonly line: string
  readonly ours: Output
  readonly theirs: Output
}

/** One line of ours; words are separated by single blanks. */
export async function ourTool(line: string): Promise<Output> {
  const [tool, ...args] = line.split(' ')
  return run(tool!, args, { deadlineMs: DEADLINE_MS })
}

/** Both at once: the lines change nothing. */
export async function bothTools(lines: readonly string[]): Promise<BothOutputs[]> {
  const running = apacheTools(lines)
  const ours: Output[] = []
  for (const line of lines) ours.push(await ourTool(line))
  const theirs = await running
  return lines.map((line, index) => ({ line, ours: ours[index]!, theirs: theirs[index]! }))
}

/** Lines that change something, with NAME in them: each side has its own name, of the same length, which then is NAME again. */
export async function bothChange(script: readonly string[]): Promise<BothOutputs[]> {
  const lines = (name: string) => script.map((line) => line.replaceAll('NAME', name))
  const theirs = await apacheTools(lines(NAMES[0]))
  const outputs: BothOutputs[] = []
  for (const [index, line] of lines(NAMES[1]).entries()) {
    const ours = renamed(await ourTool(line), NAMES[1])
    outputs.push({ line: script[index]!, ours, theirs: renamed(theirs[index]!, NAMES[0]) })
  }
  return outputs
}

function renamed({ code, stdout, stderr }: Output, name: string): Output {
  return { code, stdout: stdout.replaceAll(name, 'NAME'), stderr }
}
