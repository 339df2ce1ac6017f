import { describe, expect, test } from '@jest/globals'
import { AnswerMemory } from './answer-memory.ts'

const MIB = 1024 * 1024

describe('the memory of answers', () => {
  test('what is on loan is not given again; what is free is, whole', () => {
    const memory = new AnswerMemory()
    const first = memory.take(MIB)
    const second = memory.take(2 * MIB)
    expect(second.buffer).not.toBe(first.buffer)
    memory.release()
    expect(memory.freeBytes).toBe(2 * MIB)
    expect(memory.take(MIB)).toBe(second)
    expect(memory.take(MIB).buffer).not.toBe(second.buffer)
  })

  test('what somebody may still need never comes back', () => {
    const memory = new AnswerMemory()
    memory.take(MIB)
    memory.abandon()
    memory.release()
    expect(memory.freeBytes).toBe(0)
  })

  test('what is huge, or has not been needed for a while, is not kept', () => {
    const memory = new AnswerMemory()
    memory.take(13 * MIB)
    memory.release()
    expect(memory.freeBytes).toBe(0)
    memory.take(MIB)
    memory.release()
    for (let turn = 0; turn < 63; turn++) memory.take(100)
    expect(memory.freeBytes).toBe(MIB)
    memory.take(100)
    expect(memory.freeBytes).toBe(0)
  })
})
