/** `--describe --watch`: the description again and again. */
import { type Admin, ClientError } from '@ottla/client'
import { delay } from '@ottla/runtime'
import type { Io } from '../tool/io.ts'
import { type OutputFormat, outputFormat } from '../tool/output.ts'
import { Screen } from '../tool/screen.ts'
import { describe, describedJson, printLines } from './describe.ts'
import type { GroupOffsets } from './offset-rows.ts'
import type { GroupsOptions } from './options.ts'

const SECONDS = 2
const MS_PER_SECOND = 1000

/** What one look has found, or why it has found nothing. */
type Look = { readonly groups: readonly GroupOffsets[] } | { readonly problem: string }

/** Shows one look; `time` is when it was taken. */
type Show = (look: Look, time: string) => void | Promise<void>

/**
 * At a terminal the screen is painted over; in a pipe each look is a block of lines under its time, and with JSON one document on one
 * line. A cluster that does not answer, and a group that is not there, are waited for. Ctrl-C ends it.
 */
export async function watchGroups(admin: Admin, options: GroupsOptions, io: Io): Promise<void> {
  const { timers, clock } = await io.runtime()
  const signal = io.interrupted()
  const pauseMs = (typeof options.watch === 'number' ? options.watch : SECONDS) * MS_PER_SECOND
  const format = outputFormat(options, io)
  const screen = format === 'table' && io.out.isTerminal ? new Screen(io.out) : undefined
  const show = format === 'json' ? jsonShow(options, io) : await textShow(options, io, screen)
  try {
    while (!signal.aborted) {
      await show(await look(admin, options, format), new Date(clock.now()).toISOString())
      await io.out.drained()
      await delay(timers, pauseMs, signal).catch(() => {})
    }
  } finally {
    screen?.end()
  }
}

async function look(admin: Admin, options: GroupsOptions, format: OutputFormat): Promise<Look> {
  try {
    return { groups: await describe(admin, options, { withStarts: format !== 'text' }) }
  } catch (error) {
    if (error instanceof ClientError) return { problem: error.message }
    throw error
  }
}

function jsonShow(options: GroupsOptions, io: Io): Show {
  return (found, time) => {
    if ('problem' in found) return io.err.line(found.problem)
    io.out.line(JSON.stringify({ time, groups: found.groups.map((one) => describedJson(one, options)) }))
  }
}

async function textShow(options: GroupsOptions, io: Io, screen: Screen | undefined): Promise<Show> {
  if (outputFormat(options, io) === 'text') {
    return (found, time) => {
      io.out.line(time)
      if ('problem' in found) io.err.line(found.problem)
      else for (const one of found.groups) printLines(one, options, io)
      io.out.line('')
    }
  }
  const { describeTable } = await import('./table.ts')
  return async (found, time) => {
    const text = 'problem' in found ? found.problem : await describeTable(found.groups, options, io.out.columns)
    const lines = [time, '', ...text.split('\n')]
    if (screen === undefined) io.out.line(lines.join('\n'))
    else screen.paint(lines)
  }
}
