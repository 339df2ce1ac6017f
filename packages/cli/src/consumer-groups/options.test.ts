import { describe, expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { parseArguments } from '../tool/usage.ts'
import { main } from './main.ts'
import { checkOptions, command, type GroupsOptions, listFilter } from './options.ts'

function parse(line: string): GroupsOptions {
  return parseArguments<GroupsOptions>(command(), line.split(/ +/), recordedIo())
}

const B = '--bootstrap-server h:1'

describe('command lines that are accepted', () => {
  test.each([
    [' --bootstrap-server 172.16.0.200:9092 --list'.trim(), 'list'],
    ['--zookeeper zk:2181 --list', 'list'],
    [`${B} --list --state`, 'list'],
    [`${B} --list --state stable,empty --type`, 'list'],
    [`${B} --list --type classic,Consumer`, 'list'],
    [`${B} --group group_test  --describe`, 'describe'],
    [`${B} --describe --all-groups --members --verbose`, 'describe'],
    [`${B} --describe --group a --group b --state`, 'describe'],
    [`${B} --describe --group a --offsets --watch`, 'describe'],
    [`${B} --describe --group a --watch 0.5 --output json`, 'describe'],
    [`${B} --group group_test  --delete`, 'delete'],
    [`${B} --delete --all-groups`, 'delete'],
    [`${B} --delete-offsets --group a --topic t --topic u:0,1`, 'delete-offsets'],
    [`${B} --reset-offsets --group group_test --topic test-demo --to-offset 20 --execute`, 'reset-offsets'],
    [`${B} --reset-offsets --group a --topic t:0,1 --shift-by -5`, 'reset-offsets'],
    [`${B} --reset-offsets --group a --all-topics --to-current --export`, 'reset-offsets'],
    [`${B} --reset-offsets --group a --from-file f --execute --export`, 'reset-offsets'],
    [`${B} --reset-offsets --all-groups --all-topics --to-latest --dry-run --timeout 100`, 'reset-offsets'],
    ['--validate-regex a.*', 'validate-regex'],
  ])('%s', (line, action) => expect(checkOptions(parse(line))).toBe(action))
})

describe('command lines that are refused, before anything is connected', () => {
  const R = `${B} --reset-offsets`
  test.each([
    ['--list', /Missing required argument "\[bootstrap-server\]"/],
    [B, /exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets, --validate-regex/],
    [`${B} --list --delete --group a`, /exactly one action/],
    [`${B} --list --group a`, /Option "\[group\]" can't be used with option "\[list\]"/],
    [`${B} --list --members`, /Option "\[members\]" can't be used with option "\[list\]"/],
    [`${B} --list --state nonsense`, /Invalid state list 'nonsense'. Valid states are: Empty, /],
    [`${B} --list --state stable,unknown`, /Invalid state list 'stable,unknown'/],
    [`${B} --list --type share`, /Invalid types list 'share'. Valid types are: Classic, Consumer/],
    [`${B} --list --watch`, /Option "\[watch\]" can't be used with option "\[list\]"/],
    [`${B} --list --timeout x`, /Cannot parse argument 'x' of option timeout/],
    [`${B} --describe`, /Option \[describe\] takes one of these options: \[group\], \[all-groups\]/],
    [
      `${B} --describe --group a --members --state`,
      /takes at most one of these options: \[members\], \[offsets\], \[state\]/,
    ],
    [`${B} --describe --group a --state stable`, /Option \[describe\] does not take a value for \[state\]/],
    [`${B} --describe --group a --all-groups`, /Option "\[group\]" can't be used with option "\[all-groups\]"/],
    [`${B} --describe --group a --topic t`, /Option "\[topic\]" can't be used with option "\[describe\]"/],
    [`${B} --describe --group a --type`, /Option "\[type\]" can't be used with option "\[describe\]"/],
    [`${B} --describe --group a --watch 0`, /Cannot parse argument '0' of option watch/],
    [`${B} --delete`, /Option \[delete\] takes one of these options: \[group\], \[all-groups\]/],
    [`${B} --delete --group a --topic t`, /Groups are deleted whole/],
    [`${B} --delete-offsets --group a`, /takes the following options: \[group\], \[topic\]/],
    [`${B} --delete-offsets --group a --group b --topic t`, /Found multiple arguments for option group/],
    [
      `${B} --delete-offsets --all-groups --topic t`,
      /Option "\[all-groups\]" can't be used with option "\[delete-offsets\]"/,
    ],
    [`${R} --to-earliest --topic t`, /Option \[reset-offsets\] takes one of these options: \[group\], \[all-groups\]/],
    [`${R} --group a --topic t`, /requires one of the following scenarios: \[\[to-offset\], \[shift-by\]/],
    [`${R} --group a --to-earliest`, /One of the reset scopes should be defined: --all-topics, --topic/],
    [
      `${R} --group a --topic t --to-earliest --to-latest`,
      /Option "\[to-earliest\]" can't be used with option "\[to-latest\]"/,
    ],
    [
      `${R} --group a --topic t --shift-by 1 --from-file f`,
      /Option "\[shift-by\]" can't be used with option "\[from-file\]"/,
    ],
    [`${R} --group a --topic t --to-latest --execute --dry-run`, /only accepts one of \[execute\] and \[dry-run\]/],
    [`${R} --group a --topic t --to-offset x`, /Cannot parse argument 'x' of option to-offset/],
    [`${R} --group a --topic t --to-offset 1 --to-offset 2`, /Found multiple arguments for option to-offset/],
    [`${R} --group a --topik t --to-latest`, /unknown option '--topik'.*\n.*--topic/],
  ])('%s', async (line, message) => {
    const io = recordedIo()
    expect(await main(line.split(/ +/), io)).toBe(1)
    expect(io.errText()).toMatch(message)
    expect(io.outText()).toBe('')
  })
})

test('listFilter', () => {
  expect(listFilter(parse(`${B} --list --state STABLE,empty,stable --type CLASSIC`))).toEqual({
    states: ['Stable', 'Empty'],
    types: ['Classic'],
  })
  expect(listFilter(parse(`${B} --list --state --type`))).toEqual({ states: [], types: [] })
})

describe('--validate-regex', () => {
  test.each([
    ['a(b)?', 'The regular expression `a(b)?` is valid.'],
    ['a(', 'The regular expression `a(` is invalid: missing closing ).'],
    ['(?=x)', 'The regular expression `(?=x)` is invalid: invalid or unsupported Perl syntax.'],
    ['*', 'The regular expression `*` is invalid: missing argument to repetition operator.'],
    ['[a', 'The regular expression `[a` is invalid: missing closing ].'],
    ['a\\', 'The regular expression `a\\` is invalid: trailing backslash at end of expression.'],
    ['a{2000}', 'The regular expression `a{2000}` is invalid: invalid repeat count.'],
  ])("%s: as Kafka's tool says it, with exit code 0 and without a cluster", async (regex, verdict) => {
    const io = recordedIo()
    expect(await main(['--validate-regex', regex], io)).toBe(0)
    expect(io.outText()).toBe(`${verdict}\n`)
  })
})
