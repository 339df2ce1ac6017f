import { expect, test } from '@jest/globals'
import { DeleteTopicsRequest, DeleteTopicsResponse, decodeMessage, encodeMessage } from '@ottla/protocol'
import { forwardRequest } from './forward-request.ts'
import { ANONYMOUS, type ForwardOptions } from './seams.ts'

const api = { request: DeleteTopicsRequest, response: DeleteTopicsResponse }
const value = { topicNames: ['gone'], timeoutMs: 7 }

function session(steps: string[] = []) {
  const forwarded: ForwardOptions[] = []
  return {
    forwarded,
    async forward(options: ForwardOptions) {
      steps.push('forwarded')
      forwarded.push(options)
      return encodeMessage(DeleteTopicsResponse, 4, { throttleTimeMs: 0, responses: [{ name: 'gone', errorCode: 3 }] })
    },
  }
}

test('the request travels as its bytes in the client’s version, the answer comes back decoded', async () => {
  const { forwarded, forward } = session()
  const answer = await forwardRequest({ forward }, { api, apiVersion: 4, principal: ANONYMOUS, value, timeoutMs: 7 })
  expect(answer.responses).toMatchObject([{ name: 'gone', errorCode: 3 }])
  expect(forwarded).toMatchObject([{ apiKey: 20, apiVersion: 4, principal: ANONYMOUS, timeoutMs: 7 }])
  expect(decodeMessage(DeleteTopicsRequest, 4, forwarded[0]!.body)).toMatchObject(value)
})

test.each([
  [2 ** 31 - 1, 300_000],
  [-1, 0],
])('a client that asks for %i ms waits for %i', async (timeoutMs, expected) => {
  const { forwarded, forward } = session()
  await forwardRequest({ forward }, { api, apiVersion: 4, principal: ANONYMOUS, value, timeoutMs })
  expect(forwarded[0]!.timeoutMs).toBe(expected)
})

test('how long a controller may be waited for goes along, where it is said', async () => {
  const { forwarded, forward } = session()
  const request = { api, apiVersion: 4, principal: ANONYMOUS, value, timeoutMs: 7 }
  await forwardRequest({ forward }, { ...request, linkTimeoutMs: 3 })
  await forwardRequest({ forward }, request)
  expect(forwarded.map(({ linkTimeoutMs }) => linkTimeoutMs)).toEqual([3, undefined])
})

test('the memory of the frame is given back before the controller is waited for', async () => {
  const steps: string[] = []
  const releaseMemory = () => void steps.push('released')
  const options = { api, apiVersion: 4, principal: ANONYMOUS, value, timeoutMs: 7, releaseMemory }
  await forwardRequest(session(steps), options)
  expect(steps).toEqual(['released', 'forwarded'])
})
