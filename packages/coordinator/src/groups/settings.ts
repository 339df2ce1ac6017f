/** The configuration of group coordination: Kafka's keys of the broker, in camelCase, as they hold now. */
export interface GroupSettings {
  readonly offsetMetadataBytesMax: number
  /** offsets.retention.minutes, in milliseconds. */
  readonly offsetsRetentionMs: number
  readonly offsetsRetentionCheckIntervalMs: number
  readonly groupMinSessionTimeoutMs: number
  readonly groupMaxSessionTimeoutMs: number
  readonly groupInitialRebalanceDelayMs: number
  readonly groupMaxSize: number
  /** group.coordinator.rebalance.protocols contains `consumer`. */
  readonly consumerProtocolEnabled: boolean
  readonly consumerSessionTimeoutMs: number
  readonly consumerMinSessionTimeoutMs: number
  readonly consumerMaxSessionTimeoutMs: number
  readonly consumerHeartbeatIntervalMs: number
  readonly consumerMinHeartbeatIntervalMs: number
  readonly consumerMaxHeartbeatIntervalMs: number
  readonly consumerAssignmentIntervalMs: number
  readonly consumerMinAssignmentIntervalMs: number
  readonly consumerMaxAssignmentIntervalMs: number
  readonly consumerMaxSize: number
  /** Names of assignors, the first one is the default. */
  readonly consumerAssignors: readonly string[]
  readonly consumerMigrationPolicy: 'disabled' | 'downgrade' | 'upgrade' | 'bidirectional'
  readonly consumerRegexRefreshIntervalMs: number
}

/** What of it a group may have of its own (`kafka-configs --entity-type groups`), within the broker's bounds. */
export interface ConsumerGroupSettings {
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly assignmentIntervalMs: number
}
