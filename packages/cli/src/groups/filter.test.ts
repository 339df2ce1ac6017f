import { expect, test } from '@jest/globals'
import type { GroupListing } from '@ottla/client'
import { recordedIo } from '../testing/recorded-io.ts'
import { type FilterOptions, groupFilter } from './filter.ts'
import { main } from './main.ts'

const GROUPS: readonly GroupListing[] = [
  { groupId: 'new', type: 'Consumer', protocolType: 'consumer', state: 'Stable' },
  { groupId: 'old', type: 'Classic', protocolType: 'consumer', state: 'Stable' },
  { groupId: 'offsets', type: 'Classic', protocolType: '', state: 'Empty' },
  { groupId: 'connect', type: 'Classic', protocolType: 'connect', state: 'Stable' },
  { groupId: 'share', type: 'Share', protocolType: 'share', state: 'Stable' },
  { groupId: 'streams', type: 'Streams', protocolType: 'streams', state: 'Stable' },
  { groupId: 'ancient', type: undefined, protocolType: 'consumer', state: undefined },
]

test.each<[FilterOptions, string]>([
  [{}, 'new old offsets connect share streams ancient'],
  [{ groupType: 'classic' }, 'old offsets connect'],
  [{ groupType: 'Consumer' }, 'new'],
  [{ groupType: 'classic', protocol: 'connect' }, 'connect'],
  [{ protocol: 'consumer' }, 'new old ancient'],
  [{ consumer: true }, 'new old offsets ancient'],
  [{ share: true }, 'share'],
  [{ streams: true }, 'streams'],
])('%j', (options, expected) => {
  expect(
    GROUPS.filter(groupFilter(options))
      .map(({ groupId }) => groupId)
      .join(' '),
  ).toBe(expected)
})

test.each([
  ['--bootstrap-server h:1', /exactly one action: --list/],
  ['--list', /Missing required argument "\[bootstrap-server\]"/],
  ['--bootstrap-server h:1 --list --group-type nonsense', /--group-type must be a valid group type/],
  ['--bootstrap-server h:1 --list --consumer --share', /Option "\[consumer\]" can't be used with option "\[share\]"/],
  ['--bootstrap-server h:1 --list --streams --protocol a', /Option "\[streams\]" can't be used with/],
])('refuses %s', async (line, message) => {
  const io = recordedIo()
  expect(await main(line.split(' '), io)).toBe(1)
  expect(io.errText()).toMatch(message)
})
