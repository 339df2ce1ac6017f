/** A configuration that a broker cannot start with. Every line names the key, the value and what would be right. */
export class ConfigFailure extends Error {
  override readonly name = 'ConfigFailure'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
