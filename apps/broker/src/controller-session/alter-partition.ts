/** AlterPartition (56), version 3, on its way through the session: no client can send it, so no handler forwards it. */
import { AlterPartitionRequest, AlterPartitionResponse, decodeMessage, encodeMessage } from '@ottla/protocol'
import type { ControllerFrame, ForwardMessage } from '@ottla/replication'
import { expectType } from './answers.ts'

const VERSION = 3

export function alterPartitionMessage(
  sender: { readonly brokerId: number; readonly brokerEpoch: number },
  topics: AlterPartitionRequest['topics'],
): ForwardMessage {
  return {
    type: 'forward',
    apiKey: AlterPartitionRequest.apiKey,
    apiVersion: VERSION,
    body: encodeMessage(AlterPartitionRequest, VERSION, { ...sender, topics }),
    principalType: 'Broker',
    principalName: String(sender.brokerId),
  }
}

export function alterPartitionAnswer(frame: ControllerFrame): AlterPartitionResponse {
  return decodeMessage(AlterPartitionResponse, VERSION, expectType(frame, 'forwarded').body)
}
