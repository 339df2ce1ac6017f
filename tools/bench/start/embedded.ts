/** A test's view: a process of its own imports `ottla`, starts a cluster in memory and writes the first record. Prints one line of JSON. */
const begin = performance.now()
const { startCluster } = await import('ottla')
const imported = performance.now()
await using cluster = await startCluster()
const started = performance.now()
// The client is not what is measured here.
const { createTopic, produceText } = await import('../../compat/harness/records.ts')
const loaded = performance.now()
await createTopic(cluster.bootstrapServers, 'first')
await produceText({ broker: cluster.bootstrapServers, topic: 'first', partition: 0 }, ['light'])
const acknowledged = performance.now()
console.log(
  JSON.stringify({
    importMs: imported - begin,
    startMs: started - imported,
    firstAckMs: acknowledged - loaded,
  }),
)
