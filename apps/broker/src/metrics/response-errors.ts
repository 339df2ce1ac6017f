/** Finds the error codes of a response, wherever its definition has them: one function per message, made at its first use. */
import type { Field, Fields, Message } from '@ottla/protocol'

export type EachError = (code: number) => void
type Walk = (value: unknown, each: EachError) => void

const walks = new WeakMap<Message, Walk | 'none'>()

/** Calls `each` for every `errorCode` field of the response, those that say "no error" included. */
export function eachErrorOf(message: Message, response: unknown, each: EachError): void {
  let walk = walks.get(message)
  if (walk === undefined) {
    walk = walkOf(message.fields) ?? 'none'
    walks.set(message, walk)
  }
  if (walk !== 'none') walk(response, each)
}

function walkOf(fields: Fields): Walk | undefined {
  const steps = Object.entries(fields).flatMap(([name, field]) => stepOf(name, field) ?? [])
  if (steps.length < 2) return steps[0]
  return (value, each) => {
    for (const step of steps) step(value, each)
  }
}

function stepOf(name: string, { spec }: Field<unknown, unknown, boolean>): Walk | undefined {
  const { type } = spec
  if (name === 'errorCode') return (value, each) => each((value as { errorCode?: number }).errorCode ?? 0)
  if (type.kind === 'struct') return below(name, walkOf(type.fields), false)
  if (type.kind === 'array' && type.element.kind === 'struct') return below(name, walkOf(type.element.fields), true)
  return undefined
}

function below(name: string, walk: Walk | undefined, isArray: boolean): Walk | undefined {
  if (walk === undefined) return undefined
  return (value, each) => {
    const inner = (value as Readonly<Record<string, unknown>>)[name]
    if (inner === undefined || inner === null) return
    if (!isArray) walk(inner, each)
    else for (const element of inner as readonly unknown[]) walk(element, each)
  }
}
