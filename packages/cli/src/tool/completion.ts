import type { Command, Option } from 'commander'

/** Scripts that complete a tool's options in a shell, made from the same table that parses them. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** Arguments with these names are paths: the shell completes them as such. */
const PATHS = /<(?:file|path)s?>/

export function completionScript(command: Command, shell: Shell): string {
  const options = command.options.filter((option) => option.long && !option.hidden)
  return SCRIPTS[shell](command.name(), options, actionsOf(command))
}

/** What may stand where no option does. */
function actionsOf(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
}

type Script = (name: string, options: readonly Option[], actions: readonly string[]) => string

const SCRIPTS: Readonly<Record<Shell, Script>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

function takesValue(option: Option): boolean {
  return option.required || option.optional
}

function functionName(name: string): string {
  return `_${name.replaceAll('-', '_')}`
}

function bashScript(name: string, options: readonly Option[], actions: readonly string[]): string {
  const words = [...actions, ...options.map(({ long }) => long)].join(' ')
  const cases = options.filter(takesValue).map((option) => `    ${option.long}) ${bashValues(option)}; return ;;`)
  return [
    `${functionName(name)}() {`,
    '  local current="$2" previous="$3"',
    '  COMPREPLY=()',
    '  case $previous in',
    ...cases,
    '  esac',
    `  COMPREPLY=($(compgen -W ${quoted(words)} -- "$current"))`,
    '}',
    `complete -F ${functionName(name)} ${name}`,
  ].join('\n')
}

function bashValues({ argChoices, flags }: Option): string {
  if (argChoices !== undefined) return `COMPREPLY=($(compgen -W ${quoted(argChoices.join(' '))} -- "$current"))`
  return PATHS.test(flags) ? 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$current"))' : ':'
}

function zshScript(name: string, options: readonly Option[], actions: readonly string[]): string {
  const action = actions.length === 0 ? [] : [`    ${quoted(`1:action:(${actions.join(' ')})`)}`]
  const specs = [...action, ...options.map((option) => `    ${quoted(zshSpec(option))}`)]
  return [
    `#compdef ${name}`,
    `${functionName(name)}() {`,
    '  _arguments \\',
    specs.join(' \\\n'),
    '}',
    `compdef ${functionName(name)} ${name}`,
  ].join('\n')
}

function zshSpec(option: Option): string {
  const text = option.description.replaceAll(/[[\]:\\]/g, '\\$&')
  if (!takesValue(option)) return `${option.long}[${text}]`
  return `${option.long}=[${text}]:${option.attributeName()}:${zshValues(option)}`
}

function zshValues({ argChoices, flags }: Option): string {
  if (argChoices !== undefined) return `(${argChoices.join(' ')})`
  return PATHS.test(flags) ? '_files' : ' '
}

function fishScript(name: string, options: readonly Option[], actions: readonly string[]): string {
  const action = actions.length === 0 ? [] : [`complete -c ${name} -a ${quoted(actions.join(' '))}`]
  return [`complete -c ${name} -f`, ...action, ...options.map((option) => fishLine(name, option))].join('\n')
}

function fishLine(name: string, option: Option): string {
  const words = [`complete -c ${name} -l ${option.long!.slice(2)}`, ...fishValues(option)]
  return [...words, '-d', quoted(option.description)].join(' ')
}

function fishValues(option: Option): string[] {
  if (option.argChoices !== undefined) return ['-x', '-a', quoted(option.argChoices.join(' '))]
  if (!takesValue(option)) return []
  return PATHS.test(option.flags) ? ['-r', '-F'] : ['-x']
}

/** One word for any of the three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
