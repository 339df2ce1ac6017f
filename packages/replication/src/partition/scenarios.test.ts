import { describe, expect, test } from '@jest/globals'
import { runLeaderScript } from './testing/leader-script.ts'
import { runPartitionScript } from './testing/partition-script.ts'

/** What went wrong in Kafka once, by the proposals that mended it: leader and followers together. */
const LEADER_AND_FOLLOWERS: Record<string, string> = {
  'KIP-101: a follower that restarts keeps what it has, though its high watermark is old, and loses nothing as leader': `
    lead 1 epoch=1 isr=1,2        => 1=| 2=| 3=|
    write a b                     => 1=|ab 2=| 3=|
    fetch 2                       => 1=|ab 2=|ab 3=|
    ask 2                         => 1=ab| 2=|ab 3=|
    down 2                        => 1=ab| 2#|ab 3=|
    up 2 hw=0                     => 1=ab| 2=|ab 3=|
    down 1                        => 1#ab| 2=|ab 3=|
    lead 2 epoch=2 isr=2          => 1#ab| 2=ab| 3=|`,
  'KIP-101: a leader that restarts as follower gives up what its successor never had': `
    lead 1 epoch=1 isr=1,2        => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    fetch 2                       => 1=|a 2=|a 3=|
    fetch 2                       => 1=a| 2=a| 3=|
    write b                       => 1=a|b 2=a| 3=|
    down 1                        => 1#a|b 2=a| 3=|
    lead 2 epoch=2 isr=2          => 1#a|b 2=a| 3=|
    write c                       => 1#a|b 2=ac| 3=|
    up 1                          => 1=a|b 2=ac| 3=|
    fetch 1                       => 1=a| 2=ac| 3=|
    fetch 1                       => 1=ac| 2=ac| 3=|
    fetch 1                       => 1=ac| 2=ac| 3=| proposes 2,1`,
  'KIP-101: the same when both have the same length, and the high watermark would not tell': `
    lead 1 epoch=1 isr=1,2        => 1=| 2=| 3=|
    write a b                     => 1=|ab 2=| 3=|
    down 1                        => 1#|ab 2=| 3=|
    lead 2 epoch=2 isr=2          => 1#|ab 2=| 3=|
    write c d                     => 1#|ab 2=cd| 3=|
    up 1                          => 1=|ab 2=cd| 3=|
    fetch 1                       => 1=| 2=cd| 3=|
    fetch 1                       => 1=cd| 2=cd| 3=|`,
  'KIP-101: a power loss takes the tail of a follower; it catches up before it counts again': `
    lead 1 epoch=1 isr=1,2        => 1=| 2=| 3=|
    write a b                     => 1=|ab 2=| 3=|
    fetch 2                       => 1=|ab 2=|ab 3=|
    fetch 2                       => 1=ab| 2=ab| 3=|
    down 2                        => 1=ab| 2#ab| 3=|
    isr 1                         => 1=ab| 2#ab| 3=|
    up 2 loses=1                  => 1=ab| 2=a| 3=|
    ask 2                         => 1=ab| 2=a| 3=|
    take 2                        => 1=ab| 2=ab| 3=|
    ask 2                         => 1=ab| 2=ab| 3=| proposes 1,2`,
  'KIP-279: an epoch that the leader never had is followed back to the one before it': `
    lead 1 epoch=0 isr=1,2        => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    fetch 2                       => 1=|a 2=|a 3=|
    fetch 2                       => 1=a| 2=a| 3=|
    lead 2 epoch=1 isr=1,2        => 1=a| 2=a| 3=|
    write x y                     => 1=a| 2=a|xy 3=|
    down 2                        => 1=a| 2#a|xy 3=|
    lead 1 epoch=2 isr=1          => 1=a| 2#a|xy 3=|
    write b c d                   => 1=abcd| 2#a|xy 3=|
    up 2                          => 1=abcd| 2=a|xy 3=|
    fetch 2                       => 1=abcd| 2=a| 3=|
    fetch 2                       => 1=abcd| 2=abcd| 3=|`,
  'KIP-279: several leaders in a row that nobody copied: the answers lead back step by step': `
    lead 1 epoch=0 isr=1,2,3      => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    fetch 2                       => 1=|a 2=|a 3=|
    fetch 3                       => 1=|a 2=|a 3=|a
    lead 2 epoch=1 isr=1,2,3      => 1=|a 2=|a 3=|a
    write p                       => 1=|a 2=|ap 3=|a
    fetch 3                       => 1=|a 2=|ap 3=|ap
    lead 3 epoch=2 isr=1,2,3      => 1=|a 2=|ap 3=|ap
    write q                       => 1=|a 2=|ap 3=|apq
    down 3                        => 1=|a 2=|ap 3#|apq
    lead 1 epoch=3 isr=1          => 1=a| 2=|ap 3#|apq
    write b                       => 1=ab| 2=|ap 3#|apq
    up 3                          => 1=ab| 2=|ap 3=|apq
    fetch 3                       => 1=ab| 2=|ap 3=|a
    fetch 3                       => 1=ab| 2=|ap 3=ab|
    fetch 2                       => 1=ab| 2=|a 3=ab|
    fetch 2                       => 1=ab| 2=ab| 3=ab|`,
  'KIP-320: a replica that has not heard of the new epoch is fenced': `
    lead 1 epoch=1 isr=1,2,3      => 1=| 2=| 3=|
    lead 2 epoch=2 isr=2,3 deaf=3 => 1=| 2=| 3=|
    write a                       => 1=| 2=|a 3=|
    fetch 3                       => 1=| 2=|a 3=| FENCED
    hear 3                        => 1=| 2=|a 3=|
    fetch 3                       => 1=| 2=|a 3=|a`,
  'KIP-320: a replica that has heard of it before its leader waits for it': `
    lead 1 epoch=1 isr=1,2        => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    lead 1 epoch=2 isr=1,2 deaf=1 => 1=|a 2=| 3=|
    fetch 2                       => 1=|a 2=| 3=| UNKNOWN
    hear 1                        => 1=|a 2=| 3=|
    fetch 2                       => 1=|a 2=|a 3=|`,
  'an answer that was on its way before a cut or an append is dropped': `
    lead 1 epoch=1 isr=1,2        => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    ask 2                         => 1=|a 2=| 3=|
    write b                       => 1=|ab 2=| 3=|
    fetch 2                       => 1=|ab 2=|ab 3=|
    take 2                        => 1=|ab 2=|ab 3=|`,
  'three histories of one length become one': `
    lead 1 epoch=1 isr=1,2,3      => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    lead 2 epoch=2 isr=2,3        => 1=|a 2=| 3=|
    write b                       => 1=|a 2=|b 3=|
    lead 3 epoch=3 isr=3          => 1=|a 2=|b 3=|
    write c                       => 1=|a 2=|b 3=c|
    fetch 1                       => 1=| 2=|b 3=c|
    fetch 2                       => 1=| 2=| 3=c|
    fetch 1                       => 1=c| 2=| 3=c|
    fetch 2                       => 1=c| 2=c| 3=c|`,
  'KIP-207: the high watermark of a new leader begins where its own was, and grows to what was committed': `
    lead 1 epoch=1 isr=1,2,3      => 1=| 2=| 3=|
    write a b                     => 1=|ab 2=| 3=|
    fetch 2                       => 1=|ab 2=|ab 3=|
    fetch 3                       => 1=|ab 2=|ab 3=|ab
    ask 2                         => 1=|ab 2=|ab 3=|ab
    ask 3                         => 1=ab| 2=|ab 3=|ab
    down 1                        => 1#ab| 2=|ab 3=|ab
    lead 2 epoch=2 isr=2,3        => 1#ab| 2=|ab 3=|ab
    fetch 3                       => 1#ab| 2=ab| 3=ab|`,
  'KIP-966: below the effective min ISR nothing is committed, so who has left the ISR lacks nothing that was': `
    lead 1 epoch=1 isr=1,2 min=2  => 1=| 2=| 3=|
    write a                       => 1=|a 2=| 3=|
    fetch 2                       => 1=|a 2=|a 3=|
    fetch 2                       => 1=a| 2=a| 3=|
    down 2                        => 1=a| 2#a| 3=|
    isr 1                         => 1=a| 2#a| 3=|
    write b                       => 1=a|b 2#a| 3=|
    up 2                          => 1=a|b 2=a| 3=|
    down 1                        => 1#a|b 2=a| 3=|
    lead 2 epoch=2 isr=2 min=1    => 1#a|b 2=a| 3=|
    write c                       => 1#a|b 2=ac| 3=|
    up 1                          => 1=a|b 2=ac| 3=|
    fetch 1                       => 1=a| 2=ac| 3=|
    fetch 1                       => 1=ac| 2=ac| 3=|`,
}

/** The leader's dealings with the controller. */
const LEADER_ALONE: Record<string, string> = {
  'KIP-497: a change that was applied without an answer is not proposed again': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 11                                     => - committed 1,2
    tick 1001                                     => propose 1:101 pe=1 shrinking 1,2-2
    answer unknown                                => propose 1:101 pe=1 shrinking 1,2-2
    image pe=2 isr=1                              => hw=11 committed 1
    answer stale pe=1                             => - committed 1
    answer unknown pe=1                           => - committed 1`,
  'KIP-497: a shrink that nobody confirms lets nothing be committed without the member': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 11                                     => - committed 1,2
    tick 1001                                     => propose 1:101 pe=1 shrinking 1,2-2
    answer unknown                                => propose 1:101 pe=1 shrinking 1,2-2
    append 12                                     => - shrinking 1,2-2
    fetch 2 @12                                   => hw=12 shrinking 1,2-2`,
  'KIP-497: the controller may have shrunk the ISR itself while another change was in flight': `
    start replicas=1,2,3 isr=1,2 min=1 end=9 hw=9 => - committed 1,2
    fetch 3 @9                                    => propose 1:101,2:-1,3:103 pe=1 expanding 1,2+3
    image pe=2 isr=1 eligible=1,3                 => propose 1:101,3:103 pe=2 expanding 1+3
    answer stale pe=1                             => - expanding 1+3
    image pe=3 isr=1,3                            => - committed 1,3`,
  'KIP-841: a broker that is fenced, or shutting down, is not taken in however well it fetches': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    image pe=1 isr=1 eligible=1                   => - committed 1
    fetch 2 @10                                   => - committed 1
    append 12                                     => hw=12 committed 1
    fetch 2 @12                                   => - committed 1
    tick 500                                      => - committed 1`,
  'KIP-841: the metadata may lag: what the controller refuses is tried again after a while, and hampers nobody': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer refused                                => - committed 1
    image pe=1 isr=1 eligible=1                   => - committed 1
    append 12                                     => hw=12 committed 1
    at 2000: fetch 2 @12                          => - committed 1
    at 2000: image pe=1 isr=1 eligible=1,2        => propose 1:101,2:102 pe=1 expanding 1+2`,
  'KIP-841: a fenced member holds the high watermark until the controller takes it out, no longer': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 12                                     => - committed 1,2
    image pe=1 isr=1,2 eligible=1                 => - committed 1,2
    image pe=2 isr=1 eligible=1                   => hw=12 committed 1`,
  'KIP-903: a broker that restarted with an empty disk is not taken in by what its last life fetched': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    image pe=1 isr=1 eligible=1                   => - committed 1
    fetch 2 @10                                   => - committed 1
    image pe=1 isr=1 eligible=1,2:202             => - committed 1
    tick 100                                      => - committed 1
    fetch 2 @0 epoch=202                          => - committed 1
    fetch 2 @10 epoch=102                         => - committed 1
    fetch 2 @10 epoch=202                         => propose 1:101,2:202 pe=1 expanding 1+2`,
  'KIP-966: a leader below the min ISR takes a caught-up replica in, and commits with it': `
    start replicas=1,2,3 isr=1 min=2 end=9 hw=5   => - committed 1
    append 12                                     => - committed 1
    fetch 2 @8                                    => - committed 1
    fetch 2 @9                                    => propose 1:101,2:102 pe=1 expanding 1+2
    fetch 2 @12                                   => - expanding 1+2
    image pe=2 isr=1,2                            => hw=12 committed 1,2`,
}

describe('leader and followers', () => {
  test.each(Object.entries(LEADER_AND_FOLLOWERS))('%s', (_, text) => {
    const { actual, expected } = runPartitionScript(text)
    expect(actual).toEqual(expected)
  })
})

describe('the leader and the controller', () => {
  test.each(Object.entries(LEADER_ALONE))('%s', (_, text) => {
    const { actual, expected } = runLeaderScript(text)
    expect(actual).toEqual(expected)
  })
})
