import { env } from 'node:process'
import { Chalk } from 'chalk'

/** Colours as the terminal has them; none in a pipe, and none for who has set NO_COLOR (no-color.org). */
export const colours = new Chalk(env.NO_COLOR ? { level: 0 } : {})
