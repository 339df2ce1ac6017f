/** A text that occurs exactly once in a file, and what stands there instead. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/**
 * Deliberately broken variants of the product, each of which the simulation must catch (docs/simulation.md). A test keeps their edits
 * possible.
 */
export interface Mutant {
  readonly name: string
  readonly breaks: string
  /** Of different files. */
  readonly edits: readonly Edit[]
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'min-isr-ignored',
    breaks: 'the high watermark advances while the ISR is smaller than min ISR',
    edits: [
      {
        file: 'packages/replication/src/partition/leader.ts',
        find: '  if (!hasEnoughReplicas(state)) return NO_EFFECTS\n  let lowest',
        replace: '  let lowest',
      },
    ],
  },
  {
    name: 'silent-members-ignored',
    breaks: 'the high watermark does not wait for ISR members that have not fetched in this epoch yet',
    edits: [
      {
        file: 'packages/replication/src/partition/leader.ts',
        find: 'if (isr.isr.includes(replica)) return true',
        replace: 'if (isr.isr.includes(replica) && progress.logEndOffset >= 0) return true',
      },
    ],
  },
  {
    name: 'shrinking-before-committed',
    breaks:
      'the high watermark stops waiting for a member when the leader proposes to remove it, not when the controller has',
    edits: [
      {
        file: 'packages/replication/src/partition/leader.ts',
        find: 'if (isr.isr.includes(replica)) return true',
        replace: 'if (proposedIsr(isr).includes(replica)) return true',
      },
    ],
  },
  {
    name: 'isr-without-catching-up',
    breaks: 'a replica is proposed for the ISR wherever its log ends',
    edits: [
      {
        file: 'packages/replication/src/partition/leader.ts',
        find: '  if (progress.logEndOffset < Math.max(state.highWatermark, state.epochStartOffset)) return undefined\n',
        replace: '',
      },
    ],
  },
  {
    name: 'isr-without-epoch-check',
    breaks: 'leader and controller take in an ISR member whatever incarnation of it has fetched (KIP-903)',
    edits: [
      {
        file: 'apps/controller/src/commands/alter-partition.ts',
        find: 'return brokerEpoch === -1 ? isr.includes(brokerId) : brokerEpoch === broker.epoch',
        replace: 'return true',
      },
      {
        file: 'packages/replication/src/partition/leader.ts',
        find: 'return progress.brokerEpoch >= 0 && state.eligible.get(replica) === progress.brokerEpoch',
        replace: 'return progress.brokerEpoch >= 0 && state.eligible.has(replica)',
      },
    ],
  },
  {
    name: 'acknowledged-before-committed',
    breaks: 'acks=all is answered when the leader has the record',
    edits: [
      {
        file: 'apps/broker/src/partitions/leading.ts',
        find: 'if (endOffset <= this.#state.highWatermark) waiter.committed()',
        replace: 'if (endOffset >= 0) waiter.committed()',
      },
    ],
  },
  {
    name: 'acknowledged-before-written',
    breaks: 'appends are published while the disk still writes them',
    edits: [
      {
        file: 'packages/storage/src/log-writer.ts',
        find: 'return active.log.file.write(buffers, active.sizeBytes)',
        replace: 'void active.log.file.write(buffers, active.sizeBytes)\n    return undefined',
      },
    ],
  },
  {
    name: 'flush-ignored',
    breaks: 'flush.messages=1 does not wait for the sync',
    edits: [
      {
        file: 'packages/storage/src/log-writer.ts',
        find: 'const mustSync = endOffset - this.#state.recoveryPoint >= this.#state.config.flushMessages',
        replace: 'const mustSync = endOffset < 0',
      },
    ],
  },
  {
    name: 'truncated-by-high-watermark',
    breaks: 'whoever begins to follow cuts its log at its high watermark (before KIP-101)',
    edits: [
      {
        file: 'apps/broker/src/partitions/partition.ts',
        find: "    this.#endRole({ kind: 'waiting', leaderEpoch })\n",
        replace:
          "    this.#endRole({ kind: 'waiting', leaderEpoch })\n    if (leader >= 0) void this.log.truncateTo(this.log.highWatermark)\n",
      },
    ],
  },
  {
    name: 'divergence-ignored',
    breaks: 'a leader does not tell a follower where their histories part',
    edits: [
      {
        file: 'apps/broker/src/partitions/partition.ts',
        find: "return end.leaderEpoch < epoch || end.endOffset < offset ? end : 'none'",
        replace: "return 'none'",
      },
    ],
  },
  {
    name: 'divergence-cut-too-short',
    breaks: "a follower cuts at the leader's end of the epoch without looking at its own (before KIP-279)",
    edits: [
      {
        file: 'packages/replication/src/partition/follower.ts',
        find: 'const offset = Math.min(input.endOffset, own?.endOffset ?? input.endOffset)',
        replace: 'const offset = own === undefined ? input.endOffset : Math.max(input.endOffset, own.endOffset)',
      },
    ],
  },
  {
    name: 'high-watermark-from-log-end',
    breaks: 'a new leader takes its whole log for committed',
    edits: [
      {
        file: 'apps/broker/src/partitions/leading.ts',
        find: 'view, logEndOffset, highWatermark, lagTimeMaxMs, nowMs })',
        replace: 'view, logEndOffset, highWatermark: logEndOffset, lagTimeMaxMs, nowMs })',
      },
    ],
  },
  {
    name: 'follower-serves-its-log-end',
    breaks: 'consumers read beyond the high watermark',
    edits: [
      {
        file: 'apps/broker/src/partitions/partition.ts',
        find: '        return this.log.highWatermark\n',
        replace: '        return this.log.logEndOffset\n',
      },
    ],
  },
  {
    name: 'election-outside-isr',
    breaks: 'any live replica is elected',
    edits: [
      {
        file: 'apps/controller/src/commands/partition-changes.ts',
        find: 'const inSync = firstLive(isr)',
        replace: 'const inSync = firstLive(replicas)',
      },
    ],
  },
  {
    name: 'lost-data-not-told',
    breaks: 'a broker that may have lost unsynced data stays in its ISRs',
    edits: [
      {
        file: 'apps/controller/src/commands/brokers.ts',
        find: "if (!lacksNothing(directory, existing)) fate = 'unsynced-missing'",
        replace: '',
      },
    ],
  },
  {
    name: 'metadata-before-durable',
    breaks: 'the controller tells brokers and clients before its log is synced',
    edits: [
      {
        file: 'apps/controller/src/store/local-store.ts',
        find: '      await this.#file.sync()\n      this.#fileBytes += bytes.byteLength',
        replace: '      this.#fileBytes += bytes.byteLength',
      },
    ],
  },
  {
    name: 'one-batch-remembered',
    breaks: 'after a restart a log knows only the last batch of each producer',
    edits: [
      {
        file: 'packages/storage/src/producer-snapshot.ts',
        find: 'batches.slice(0, -1).map(',
        replace: 'batches.slice(0, 0).map(',
      },
    ],
  },
  {
    name: 'elr-kept-too-long',
    breaks: 'eligible leader replicas stay eligible when the high watermark goes on without them (KIP-966)',
    edits: [
      {
        file: 'apps/controller/src/commands/partition-changes.ts',
        find: 'if (isr.length >= minIsr) return { isr, elr: [] }',
        replace: 'if (isr.length >= minIsr) return { isr, elr: eligible.filter((id) => !isr.includes(id)) }',
      },
    ],
  },
  {
    name: 'checksums-ignored',
    breaks: 'a follower takes what its leader sends without a look at the checksums',
    edits: [
      {
        file: 'packages/storage/src/append-plan.ts',
        find: '      if (!batch.isCrcValid()) return corrupt(`the checksum of the batch at offset',
        replace: '      if (batch.magic < 0) return corrupt(`the checksum of the batch at offset',
      },
    ],
  },
  {
    name: 'damaged-leader-stays',
    breaks: 'a leader whose records no follower can take does not look at them, and leads on',
    edits: [
      {
        file: 'apps/broker/src/partitions/repeated-fetches.ts',
        find: 'return known.times >= REPEATS_FIRST && isPowerOfTwo(known.times)',
        replace: 'return known.times < REPEATS_FIRST && isPowerOfTwo(-known.times)',
      },
    ],
  },
  {
    name: 'stale-epochs-not-fenced',
    breaks: 'requests that carry an older leader epoch are served',
    edits: [
      {
        file: 'apps/broker/src/partitions/partition.ts',
        find: "      if (currentLeaderEpoch < role.leaderEpoch) return 'FENCED_LEADER_EPOCH'\n",
        replace: '',
      },
    ],
  },
  {
    name: 'group-answers-before-committed',
    breaks: 'a coordinator answers before the records that the answer tells of are committed',
    edits: [
      {
        file: 'packages/coordinator/src/runtime/running-shard.ts',
        find: 'if (waits === false) send()',
        replace: 'if (waits !== true) send()',
      },
    ],
  },
  {
    name: 'tombstones-not-replayed',
    breaks: 'a new coordinator does not replay tombstones: whoever has left is a member again',
    edits: [
      {
        file: 'packages/coordinator/src/runtime/load-shard.ts',
        find: 'else this.#options.shard.replay(offset, decoded)',
        replace: 'else if (decoded.value !== null) this.#options.shard.replay(offset, decoded)',
      },
    ],
  },
  {
    name: 'load-ends-at-high-watermark',
    breaks: 'a new coordinator does not replay what was not committed yet when it began to lead',
    edits: [
      {
        file: 'packages/coordinator/src/runtime/load-shard.ts',
        find: 'else this.#options.shard.replay(offset, decoded)',
        replace: 'else if (offset < this.#options.log.highWatermark) this.#options.shard.replay(offset, decoded)',
      },
    ],
  },
  {
    name: 'sessions-not-begun-after-load',
    breaks: 'a new coordinator begins no sessions for the members that it finds: whoever has died stays',
    edits: [
      {
        file: 'packages/coordinator/src/groups/classic/classic-groups.ts',
        find: 'outcomes.push({ timers: Array.from(group.members.values(), (member) => wholeSession(group, member)) })',
        replace: '',
      },
      {
        file: 'packages/coordinator/src/groups/consumer/consumer-groups.ts',
        find: 'const parts = this.#groups().map((group) => this.#work(new GroupDraft(group), view, afterLoad))',
        replace: 'const parts: GroupOutcome[] = []',
      },
    ],
  },
  {
    name: 'assigned-before-revoked',
    breaks: 'a member is given partitions that another one has not given up yet (consumer protocol)',
    edits: [
      {
        file: 'packages/coordinator/src/groups/consumer/reconcile.ts',
        find: 'return holder === undefined || holder === member.memberId',
        replace: 'return holder !== undefined || holder === undefined',
      },
    ],
  },
  {
    name: 'joined-before-revoked',
    breaks: 'a member of a group with an eager assignor joins again before it has given its partitions up',
    edits: [
      {
        file: 'packages/client/src/consumer/membership.ts',
        find: "this.hand(() => handover.revoke(partitions, lost), { kind: 'revoked', round })",
        replace:
          "void handover.revoke(partitions, lost).catch(() => {})\n        this.hand(async () => {}, { kind: 'revoked', round })",
      },
    ],
  },
  {
    name: 'lost-answers-not-asked-again',
    breaks:
      'a member whose heartbeat had no answer goes on as if it had: it never hears what it is to give up (consumer protocol)',
    edits: [
      {
        file: 'packages/client/src/group/consumer-member.ts',
        find: '    // What was sent may not have arrived.\n    this.told = undefined\n',
        replace: '',
      },
    ],
  },
  {
    name: 'unhandled-committed',
    breaks: 'a consumer commits by itself what was handed out and is not handled yet',
    edits: [
      {
        file: 'packages/client/src/consumer/in-hand.ts',
        find: '    if (entry !== undefined) return entry\n    return hasPosition',
        replace: '    if (entry !== undefined && !hasPosition(partition)) return entry\n    return hasPosition',
      },
    ],
  },
  {
    name: 'compaction-drops-last-values',
    breaks: 'compaction drops the last record of a key too',
    edits: [
      {
        file: 'packages/storage/src/compaction/batch-filter.ts',
        find: 'if (offset < map.get(bytes, { start: record.keyAt, end: record.keyEnd })) return false',
        replace: 'if (offset <= map.get(bytes, { start: record.keyAt, end: record.keyEnd })) return false',
      },
    ],
  },
  {
    name: 'tombstones-go-at-once',
    breaks: 'compaction removes tombstones before their time',
    edits: [
      {
        file: 'packages/storage/src/compaction/batch-filter.ts',
        find: 'return record.hasValue || !batch.hasDeleteHorizon || nowMs < batch.baseTimestamp',
        replace: 'return record.hasValue || nowMs < 0',
      },
    ],
  },
]
