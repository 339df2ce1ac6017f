import type { Operation, RequestContext, Resource, Security } from '../seams.ts'

/** The field's value when the client did not ask (KIP-430). */
export const OPERATIONS_NOT_ASKED = -2_147_483_648

/** Kafka's codes of ACL operations. */
const OPERATION_CODES: Readonly<Record<Operation, number>> = {
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
}

const OPERATIONS_OF: Readonly<Record<Resource['type'], readonly Operation[]>> = {
  topic: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  group: ['READ', 'DELETE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  cluster: ['CREATE', 'ALTER', 'DESCRIBE', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS', 'IDEMPOTENT_WRITE'],
  'transactional-id': ['WRITE', 'DESCRIBE'],
}

/** A bit per operation, at the operation's code, that the principal may do on the resource. */
export function authorizedOperations(security: Security, context: RequestContext, resource: Resource): number {
  let bits = 0
  for (const operation of OPERATIONS_OF[resource.type]) {
    if (security.authorize(context, operation, resource)) bits |= 1 << OPERATION_CODES[operation]
  }
  return bits
}
