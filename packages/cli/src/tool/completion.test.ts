import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { Argument, Command, Option } from 'commander'
import { recordedIo } from '../testing/recorded-io.ts'
import { main as topics } from '../topics/main.ts'
import { completionScript } from './completion.ts'

const command = new Command('some-tool')
  .option('--list', "the tool's topics: [all]")
  .option('--topic <topic>', 'one topic')
  .option('--command-config <file>', 'a file')
  .addOption(new Option('--output <format>', 'how to print').choices(['text', 'json']))
  .addOption(new Option('--secret').hideHelp())

/** What bash offers behind these words. */
function bashOffers(script: string, ...words: string[]): string[] {
  const [name, current, previous] = ['some-tool', words.at(-1)!, words.at(-2) ?? 'some-tool']
  const ask = `compopt() { :; }\n${script}\n_some_tool ${name} '${current}' '${previous}'\nprintf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).split('\n').slice(0, -1)
}

test('words that may stand where no option does', () => {
  const withActions = new Command('some-tool')
    .option('--list', 'all')
    .addArgument(new Argument('[action]').choices(['show', 'drop']))
  expect(bashOffers(completionScript(withActions, 'bash'), '')).toEqual(['show', 'drop', '--list'])
  expect(completionScript(withActions, 'zsh')).toContain("'1:action:(show drop)'")
  expect(completionScript(withActions, 'fish')).toContain("complete -c some-tool -a 'show drop'")
})

describe('bash', () => {
  const script = completionScript(command, 'bash')

  test.each([
    [['--'], ['--list', '--topic', '--command-config', '--output']],
    [['--t'], ['--topic']],
    [
      ['--output', ''],
      ['text', 'json'],
    ],
    [['--output', 'j'], ['json']],
    [['--topic', ''], ['']],
    [['--command-config', '/et'], ['/etc']],
  ])('%j', (words, expected) => expect(bashOffers(script, ...words)).toEqual(expected))
})

test('zsh: descriptions are quoted, choices and files are known', () => {
  expect(completionScript(command, 'zsh').split('\n')).toEqual([
    '#compdef some-tool',
    '_some_tool() {',
    '  _arguments \\',
    `    '--list[the tool'\\''s topics\\: \\[all\\]]' \\`,
    `    '--topic=[one topic]:topic: ' \\`,
    `    '--command-config=[a file]:commandConfig:_files' \\`,
    `    '--output=[how to print]:output:(text json)'`,
    '}',
    'compdef _some_tool some-tool',
  ])
})

test('fish', () => {
  expect(completionScript(command, 'fish').split('\n')).toEqual([
    'complete -c some-tool -f',
    `complete -c some-tool -l list -d 'the tool'\\''s topics: [all]'`,
    `complete -c some-tool -l topic -x -d 'one topic'`,
    `complete -c some-tool -l command-config -r -F -d 'a file'`,
    `complete -c some-tool -l output -x -a 'text json' -d 'how to print'`,
  ])
})

describe('--completion', () => {
  test('prints the script of the tool, exit code 0', async () => {
    const io = recordedIo()
    expect(await topics(['--completion', 'bash'], io)).toBe(0)
    expect(io.outText()).toMatch(/--replica-assignment[\s\S]*complete -F _kafka_topics kafka-topics\n$/)
  })

  test('another shell is refused', async () => {
    const io = recordedIo()
    expect(await topics(['--completion', 'csh'], io)).toBe(1)
    expect(io.errText()).toMatch(/Allowed choices are bash, zsh, fish/)
  })
})
