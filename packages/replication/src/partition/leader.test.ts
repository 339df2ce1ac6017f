import { describe, expect, test } from '@jest/globals'
import { hasEnoughReplicas, isHighWatermarkCurrent, newLeader, step } from './leader.ts'
import { runLeaderScript, START, view } from './testing/leader-script.ts'

/** As text; see testing/leader-script.ts. */
const SCENARIOS: Record<string, string> = {
  'an ISR of one commits what it writes': `
    start replicas=1 isr=1 min=1 end=0 hw=0       => - committed 1
    append 3                                      => hw=3 committed 1
    append 3                                      => - committed 1
    append 7                                      => hw=7 committed 1`,
  'a new leader of one commits the log that it found': `
    start replicas=1 isr=1 min=1 end=10 hw=4      => hw=10 committed 1`,
  "min.insync.replicas above the number of replicas is the image's business: the effective value counts": `
    start replicas=1 isr=1 min=1 end=5 hw=5       => - committed 1
    append 6                                      => hw=6 committed 1`,
  'the slowest ISR member holds the high watermark': `
    start replicas=1,2,3 isr=1,2,3 min=2 end=0 hw=0 => - committed 1,2,3
    append 10                                     => - committed 1,2,3
    fetch 2 @10                                   => - committed 1,2,3
    fetch 3 @4                                    => hw=4 committed 1,2,3
    fetch 3 @10                                   => hw=10 committed 1,2,3`,
  'a member that has not fetched in this epoch holds it entirely': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=4  => - committed 1,2
    append 20                                     => - committed 1,2
    fetch 2 @15                                   => hw=15 committed 1,2`,
  'below the effective min ISR nothing advances': `
    start replicas=1,2,3 isr=1 min=2 end=5 hw=5   => - committed 1
    append 9                                      => - committed 1
    image pe=2 isr=1,2                            => - committed 1,2
    fetch 2 @9                                    => hw=9 committed 1,2`,
  'a lower min ISR in the image lets it advance': `
    start replicas=1,2 isr=1 min=2 end=5 hw=5     => - committed 1
    append 9                                      => - committed 1
    image pe=1 isr=1 min=1                        => hw=9 committed 1`,
  'it never falls, even when a replica goes back': `
    start replicas=1,2 isr=1,2 min=1 end=0 hw=0   => - committed 1,2
    append 10                                     => - committed 1,2
    fetch 2 @8                                    => hw=8 committed 1,2
    fetch 2 @3                                    => propose 1:101 pe=1 shrinking 1,2-2
    image pe=2 isr=1 eligible=1                   => hw=10 committed 1
    image pe=3 isr=1,2                            => - committed 1,2`,
  'a member that asks for what is committed has lost it, and is to leave at once': `
    start replicas=1,2,3 isr=1,2,3 min=1 end=9 hw=9 => - committed 1,2,3
    fetch 2 @9                                    => - committed 1,2,3
    fetch 3 @9                                    => - committed 1,2,3
    fetch 2 @0                                    => propose 1:101,3:103 pe=1 shrinking 1,2,3-2
    fetch 2 @5                                    => - shrinking 1,2,3-2
    image pe=2 isr=1,3                            => - committed 1,3
    fetch 2 @9                                    => propose 1:101,3:103,2:102 pe=2 expanding 1,3+2`,
  'a replica that reached high watermark and epoch start is proposed': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @9                                    => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a change in flight counts the proposed member': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    append 15                                     => - expanding 1+2
    fetch 2 @12                                   => hw=12 expanding 1+2
    image pe=2 isr=1,2                            => - committed 1,2
    fetch 2 @15                                   => hw=15 committed 1,2`,
  'the start of the epoch counts, not only the high watermark (KIP-207)': `
    start replicas=1,2,3 isr=1,3 min=1 end=10 hw=4 => - committed 1,3
    fetch 2 @6                                    => - committed 1,3
    fetch 2 @10                                   => propose 1:101,3:-1,2:102 pe=1 expanding 1,3+2`,
  'a stale incarnation is never proposed (KIP-903)': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10 epoch=99                          => - committed 1
    fetch 2 @10 epoch=102                         => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a fetch of an older incarnation that arrives late moves nothing (KIP-903)': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=4  => - committed 1,2
    fetch 2 @6                                    => hw=6 committed 1,2
    fetch 2 @10 epoch=99                          => - committed 1,2
    fetch 2 @7                                    => hw=7 committed 1,2`,
  'a fenced replica is never proposed, and is once it is eligible again': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    image pe=1 isr=1 eligible=1                   => - committed 1
    fetch 2 @10                                   => - committed 1
    image pe=1 isr=1 eligible=1,2                 => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a broker that is no replica counts for nothing': `
    start replicas=1 isr=1 min=1 end=10 hw=10     => - committed 1
    fetch 7 @10                                   => - committed 1`,
  'one change at a time': `
    start replicas=1,2,3 isr=1 min=1 end=10 hw=10 => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    fetch 3 @10                                   => - expanding 1+2
    image pe=2 isr=1,2                            => propose 1:101,2:102,3:103 pe=2 expanding 1,2+3`,
  'the answer to a change whose end the image has told says nothing about the next one': `
    start replicas=1,2,3 isr=1 min=1 end=10 hw=10 => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    fetch 3 @10                                   => - expanding 1+2
    image pe=2 isr=1,2                            => propose 1:101,2:102,3:103 pe=2 expanding 1,2+3
    answer refused pe=1                           => - expanding 1,2+3
    append 20                                     => - expanding 1,2+3
    fetch 2 @20                                   => - expanding 1,2+3`,
  'a refused replica does not keep another one out': `
    start replicas=1,2,3 isr=1 min=1 end=10 hw=10 => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    fetch 3 @10                                   => - expanding 1+2
    answer refused                                => propose 1:101,3:103 pe=1 expanding 1+3`,
  'an idle replica that was refused is proposed again by time alone': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer refused                                => - committed 1
    tick 1000                                     => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a replica that has not been heard of for the lag time is not proposed by time alone': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    at 500: answer refused                        => - committed 1
    tick 1501                                     => - committed 1`,
  'a laggard is shrunk away after the lag time and counts until the image says so': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 20                                     => - committed 1,2
    tick 1000                                     => - committed 1,2
    tick 1001                                     => propose 1:101 pe=1 shrinking 1,2-2
    append 30                                     => - shrinking 1,2-2
    image pe=2 isr=1                              => hw=30 committed 1`,
  'a member that has all stays, however long ago it fetched': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    fetch 2 @10                                   => - committed 1,2
    tick 90000                                    => - committed 1,2`,
  'a member of an idle partition has a whole lag time from the append that it lacks': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    fetch 2 @10                                   => - committed 1,2
    at 90000: append 11                           => - committed 1,2
    tick 91000                                    => - committed 1,2
    at 90500: append 12                           => - committed 1,2
    tick 91001                                    => propose 1:101 pe=1 shrinking 1,2-2`,
  'a member that the image adds has a whole lag time': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    append 11                                     => hw=11 committed 1
    at 5000: image pe=2 isr=1,2                   => - committed 1,2
    append 12                                     => - committed 1,2
    tick 6000                                     => - committed 1,2
    tick 6001                                     => propose 1:101 pe=2 shrinking 1,2-2`,
  'under steady load a member stays by what the leader had at its last fetch': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=9  => - committed 1,2
    at 800: fetch 2 @9                            => - committed 1,2
    append 20                                     => - committed 1,2
    at 1500: fetch 2 @10                          => hw=10 committed 1,2
    append 30                                     => - committed 1,2
    tick 1700                                     => - committed 1,2
    tick 1801                                     => propose 1:101 pe=1 shrinking 1,2-2`,
  'a caught-up outsider is waited for, so that it can reach the high watermark': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer refused                                => - committed 1
    append 20                                     => - committed 1
    at 900: fetch 2 @15                           => hw=15 committed 1
    at 1000: fetch 2 @18                          => hw=18 propose 1:101,2:102 pe=1 expanding 1+2`,
  'an outsider that stalls is not waited for longer than the lag time': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer refused                                => - committed 1
    append 20                                     => - committed 1
    tick 1001                                     => hw=20 committed 1`,
  'an outsider that is fenced is not waited for at all': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer refused                                => - committed 1
    append 20                                     => - committed 1
    image pe=1 isr=1 eligible=1                   => hw=20 committed 1`,
  'refused: back to the committed ISR, and again only after the back-off': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    at 100: answer refused                        => - committed 1
    at 1099: fetch 2 @10                          => - committed 1
    at 1100: fetch 2 @10                          => propose 1:101,2:102 pe=1 expanding 1+2`,
  'no answer: it stays in flight and is repeated': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer unknown                                => propose 1:101,2:102 pe=1 expanding 1+2
    append 20                                     => - expanding 1+2`,
  'applied and stale: only the image ends it': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 20                                     => - committed 1,2
    tick 2000                                     => propose 1:101 pe=1 shrinking 1,2-2
    answer applied                                => - shrinking 1,2-2
    answer stale                                  => - shrinking 1,2-2
    image pe=1 isr=1,2                            => - shrinking 1,2-2
    image pe=2 isr=1                              => hw=20 committed 1
    answer refused                                => - committed 1`,
  'a replica that leaves the assignment is forgotten': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 20                                     => - committed 1,2
    image pe=2 isr=1 replicas=1                   => hw=20 committed 1
    fetch 2 @20                                   => - committed 1`,
}

describe('leader', () => {
  for (const [name, text] of Object.entries(SCENARIOS)) {
    test(name, () => {
      const { actual, expected } = runLeaderScript(text)
      expect(actual).toEqual(expected)
    })
  }

  test('a new leader is not current before its high watermark reaches the start of its epoch', () => {
    const { state } = newLeader({
      ...START,
      view: view({ replicas: '1,2', isr: '1,2' }),
      logEndOffset: 10,
      highWatermark: 4,
    })
    expect(isHighWatermarkCurrent(state)).toBe(false)
    step(state, { kind: 'fetched', replica: 2, brokerEpoch: 102, fetchOffset: 9, logStartOffset: 0, nowMs: 0 })
    expect(isHighWatermarkCurrent(state)).toBe(false)
    step(state, { kind: 'fetched', replica: 2, brokerEpoch: 102, fetchOffset: 10, logStartOffset: 0, nowMs: 0 })
    expect(isHighWatermarkCurrent(state)).toBe(true)
  })

  test('has enough replicas by the committed ISR alone', () => {
    const { state } = newLeader({ ...START, view: view({ replicas: '1,2', isr: '1', min: '2' }) })
    expect(hasEnoughReplicas(state)).toBe(false)
    step(state, { kind: 'fetched', replica: 2, brokerEpoch: 102, fetchOffset: 0, logStartOffset: 0, nowMs: 0 })
    expect(state.isr.kind).toBe('expanding')
    expect(hasEnoughReplicas(state)).toBe(false)
    step(state, { kind: 'image', view: view({ replicas: '1,2', isr: '1,2', min: '2', pe: '2' }), nowMs: 0 })
    expect(hasEnoughReplicas(state)).toBe(true)
  })

  test('another leader epoch, or a log that became shorter, is a broken invariant', () => {
    const { state } = newLeader({
      ...START,
      logEndOffset: 5,
      highWatermark: 5,
      view: view({ replicas: '1', isr: '1' }),
    })
    expect(() =>
      step(state, { kind: 'image', view: { ...view({ replicas: '1', isr: '1' }), leaderEpoch: 6 }, nowMs: 0 }),
    ).toThrow('another leader epoch')
    expect(() => step(state, { kind: 'appended', logEndOffset: 4, nowMs: 0 })).toThrow('never truncates')
    expect(() => newLeader({ ...START, logEndOffset: 1, highWatermark: 2, view: view({}) })).toThrow('high watermark')
  })
})
