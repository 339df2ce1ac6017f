/**
 * `pnpm torture [--minutes 10] [--seed N] [--only FAULT] [--rate N] [--clients a,b] [--config k=v]… [--system ottla|apache]`: three broker processes and a controller under a load
 * of three clients, hurt in every way that a process can be (docs/torture.md). Ends with 1 when a record was lost, is there twice or in another
 * order, when replicas differ, or when something ended that nobody had ended.
 */
import { parseArgs } from 'node:util'
import { withUsage } from '../usage.ts'
import { isClean, reportText } from './report.ts'
import { startApache, startOttla } from './site.ts'
import { torture } from './torture.ts'
import { CLIENTS, type Client } from './writer.ts'

const USAGE = `Real processes and real faults: three brokers and a controller on this machine under the load of three clients (docs/torture.md).

pnpm torture [options]

--minutes N     10
--seed N        1: which faults, in which order
--only FAULT    faults whose names contain it: 'kill -9', pause, restart, 'full disk', refused, slow, ...
--rate N        500: records per second of each client
--clients A,B   ${CLIENTS.join(',')}
--config K=V    a key for every broker; may be repeated
--system NAME   ottla, or apache: the same on Apache Kafka

The exit code is 0 when nothing was lost, is there twice or in another order, and no replicas differ.`

const { values } = withUsage({ tool: 'torture', text: USAGE }, () =>
  parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      rate: { type: 'string', default: '500' },
      clients: { type: 'string', default: CLIENTS.join(',') },
      config: { type: 'string', multiple: true, default: [] },
      system: { type: 'string', default: 'ottla' },
    },
  }),
)
const { minutes, seed, rate, system } = values
const beginMs = performance.now()
const onProgress = (text: string) =>
  console.error(`${((performance.now() - beginMs) / 1000).toFixed(1).padStart(7)} s  ${text}`)
await using site = await (system === 'apache' ? startApache(values.config) : startOttla(values.config))
if (system !== 'apache' && site.disks.size === 0) console.error('no file system can be mounted here: no full disks')
const report = await torture({
  site,
  seed: Number(seed),
  ms: Number(minutes) * 60_000,
  only: values.only,
  recordsPerSecond: Number(rate),
  clients: values.clients.split(',').filter((name): name is Client => CLIENTS.includes(name as Client)),
  onProgress,
})
console.log(reportText(report))
console.log(`${isClean(report) ? 'CLEAN' : 'NOT CLEAN'}: ${site.brokers.name}, ${minutes} minutes, seed ${seed}`)
process.exitCode = isClean(report) ? 0 : 1
