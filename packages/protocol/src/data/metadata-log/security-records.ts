/**
 * ACLs, credentials, tokens and quotas in the log of a KRaft metadata quorum (KIP-631).
 */
import { type Infer, metadataRecord } from '../../schema/message.ts'
import { array, bool, bytes, float64, int8, int32, int64, string, uuid } from '../../schema/types.ts'

export const AccessControlEntryRecord = metadataRecord(18, 'AccessControlEntryRecord', '0', {
  id: uuid,
  resourceType: int8,
  resourceName: string,
  patternType: int8,
  principal: string,
  host: string,
  operation: int8,
  permissionType: int8,
})
export type AccessControlEntryRecord = Infer<typeof AccessControlEntryRecord>

export const RemoveAccessControlEntryRecord = metadataRecord(19, 'RemoveAccessControlEntryRecord', '0', { id: uuid })
export type RemoveAccessControlEntryRecord = Infer<typeof RemoveAccessControlEntryRecord>

export const UserScramCredentialRecord = metadataRecord(11, 'UserScramCredentialRecord', '0', {
  name: string,
  mechanism: int8,
  salt: bytes,
  storedKey: bytes,
  serverKey: bytes,
  iterations: int32,
})
export type UserScramCredentialRecord = Infer<typeof UserScramCredentialRecord>

export const RemoveUserScramCredentialRecord = metadataRecord(22, 'RemoveUserScramCredentialRecord', '0', {
  name: string,
  mechanism: int8,
})
export type RemoveUserScramCredentialRecord = Infer<typeof RemoveUserScramCredentialRecord>

export const DelegationTokenRecord = metadataRecord(10, 'DelegationTokenRecord', '0', {
  owner: string,
  requester: string,
  renewers: array(string),
  issueTimestamp: int64.approximate(),
  maxTimestamp: int64.approximate(),
  expirationTimestamp: int64.approximate(),
  tokenId: string,
})
export type DelegationTokenRecord = Infer<typeof DelegationTokenRecord>

export const RemoveDelegationTokenRecord = metadataRecord(26, 'RemoveDelegationTokenRecord', '0', { tokenId: string })
export type RemoveDelegationTokenRecord = Infer<typeof RemoveDelegationTokenRecord>

export const ClientQuotaRecord = metadataRecord(14, 'ClientQuotaRecord', '0', {
  entity: array({ entityType: string, entityName: string.nullable() }),
  key: string,
  value: float64,
  remove: bool,
})
export type ClientQuotaRecord = Infer<typeof ClientQuotaRecord>
