import { apis } from './apis.ts'
import {
  CONSUMER_OFFSETS_RECORDS,
  SHARE_GROUP_STATE_RECORDS,
  TRANSACTION_STATE_RECORDS,
} from './coordinator-records.ts'
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription } from './data/consumer-protocol.ts'
import {
  ControlRecordTypeSchema,
  EndTxnMarker,
  KRaftVersionRecord,
  LeaderChangeMessage,
  SnapshotFooterRecord,
  SnapshotHeaderRecord,
  VotersRecord,
} from './data/control-records.ts'
import { DefaultPrincipalData } from './data/default-principal.ts'
import { ProducerSnapshot } from './data/producer-snapshot.ts'
import { RequestHeader, ResponseHeader } from './headers.ts'
import * as kraftRecords from './kraft-records.ts'
import type { Message } from './schema/message.ts'

const COORDINATOR_RECORDS = [CONSUMER_OFFSETS_RECORDS, TRANSACTION_STATE_RECORDS, SHARE_GROUP_STATE_RECORDS]

const ALL: readonly Message[] = [
  ...[...apis.values()].flatMap((api) => [api.request, api.response]),
  RequestHeader,
  ResponseHeader,
  ProducerSnapshot,
  ConsumerProtocolSubscription,
  ConsumerProtocolAssignment,
  ControlRecordTypeSchema,
  EndTxnMarker,
  LeaderChangeMessage,
  SnapshotHeaderRecord,
  SnapshotFooterRecord,
  KRaftVersionRecord,
  VotersRecord,
  DefaultPrincipalData,
  ...COORDINATOR_RECORDS.flatMap((types) => [...types.values()].flatMap((pair) => [pair.key, pair.value])),
  ...Object.values(kraftRecords),
]

/** Every message defined, by Kafka's name for it: for tools and tests that go through all of them. */
export const messages: ReadonlyMap<string, Message> = new Map(ALL.map((message) => [message.name, message]))
