import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { ERRORS, ErrorCode, errorByCode, KafkaError } from './errors.ts'

const kafka = JSON.parse(readFileSync(new URL('./vectors/errors.json', import.meta.url), 'utf8')) as {
  code: number
  name: string
  retriable: boolean
}[]

describe('the error table', () => {
  test("has Kafka's codes, names and retriability", () => {
    expect(ERRORS.map(({ code, name, retriable }) => ({ code, name, retriable }))).toEqual(kafka)
  })

  test('says something of every error', () => {
    expect(ERRORS.filter((error) => error.name !== 'NONE' && !/^[A-Za-z].*\.$/.test(error.message))).toEqual([])
  })

  test('is found by code and by name', () => {
    expect(errorByCode(3).name).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION).toBe(3)
    expect(errorByCode(-1).name).toBe('UNKNOWN_SERVER_ERROR')
  })

  test('a code from the future is an unknown error and not retried', () => {
    expect(errorByCode(9999)).toMatchObject({ code: -1, retriable: false })
  })
})

describe('KafkaError', () => {
  test('takes code, retriability and message from the table', () => {
    const error = new KafkaError('NOT_LEADER_OR_FOLLOWER')
    expect(error).toMatchObject({ code: 6, errorName: 'NOT_LEADER_OR_FOLLOWER', retriable: true, name: 'KafkaError' })
    expect(error.message).toBe(errorByCode(6).message)
  })

  test('says what it was told to say', () => {
    const cause = new Error('disk')
    const error = new KafkaError('KAFKA_STORAGE_ERROR', 'cannot append to test-0', { cause })
    expect(error.message).toBe('cannot append to test-0')
    expect(error.cause).toBe(cause)
  })
})
