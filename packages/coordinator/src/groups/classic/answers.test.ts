import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type Cell, cells, play, tableOf } from '../testing/error-table.ts'
import { sceneStage } from '../testing/scene-stage.ts'

/** What Kafka 4.3.1 answered to the same requests, and the state that its group was in then. */
const KAFKA = readFileSync(new URL('../../vectors/classic-answers.txt', import.meta.url), 'utf8').trim()

describe('every request in every state from every kind of member', () => {
  it('is answered as Kafka answers it', async () => {
    const answers = new Map<Cell, string>()
    for (const cell of cells()) answers.set(cell, await play(cell, sceneStage()))
    expect(tableOf(answers).split('\n')).toEqual(KAFKA.split('\n'))
  })
})
