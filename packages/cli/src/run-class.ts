import type { Io, Tool } from './tool/io.ts'

/** Java's class names, of present and earlier releases, and what stands in for them. */
const CLASSES: Readonly<Record<string, () => Promise<{ readonly main: Tool }>>> = {
  'kafka.admin.TopicCommand': () => import('./topics/main.ts'),
  'org.apache.kafka.tools.TopicCommand': () => import('./topics/main.ts'),
  'kafka.tools.GetOffsetShell': () => import('./get-offsets/main.ts'),
  'org.apache.kafka.tools.GetOffsetShell': () => import('./get-offsets/main.ts'),
  'kafka.tools.ConsoleProducer': () => import('./console-producer/main.ts'),
  'org.apache.kafka.tools.ConsoleProducer': () => import('./console-producer/main.ts'),
  'kafka.tools.ConsoleConsumer': () => import('./console-consumer/main.ts'),
  'org.apache.kafka.tools.consumer.ConsoleConsumer': () => import('./console-consumer/main.ts'),
  'kafka.admin.ConfigCommand': () => import('./configs/main.ts'),
  'org.apache.kafka.tools.ConfigCommand': () => import('./configs/main.ts'),
  'kafka.admin.ConsumerGroupCommand': () => import('./consumer-groups/main.ts'),
  'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand': () => import('./consumer-groups/main.ts'),
  'org.apache.kafka.tools.GroupsCommand': () => import('./groups/main.ts'),
  'kafka.admin.DeleteRecordsCommand': () => import('./delete-records/main.ts'),
  'org.apache.kafka.tools.DeleteRecordsCommand': () => import('./delete-records/main.ts'),
  'kafka.admin.LogDirsCommand': () => import('./log-dirs/main.ts'),
  'org.apache.kafka.tools.LogDirsCommand': () => import('./log-dirs/main.ts'),
  'kafka.admin.BrokerApiVersionsCommand': () => import('./api-versions/main.ts'),
  'org.apache.kafka.tools.BrokerApiVersionsCommand': () => import('./api-versions/main.ts'),
  'kafka.admin.LeaderElectionCommand': () => import('./leader-election/main.ts'),
  'org.apache.kafka.tools.LeaderElectionCommand': () => import('./leader-election/main.ts'),
  'kafka.admin.ReassignPartitionsCommand': () => import('./reassign-partitions/main.ts'),
  'org.apache.kafka.tools.reassign.ReassignPartitionsCommand': () => import('./reassign-partitions/main.ts'),
  'kafka.tools.ReplicaVerificationTool': () => import('./replica-verification/main.ts'),
  'org.apache.kafka.tools.ReplicaVerificationTool': () => import('./replica-verification/main.ts'),
  'kafka.tools.ClusterTool': () => import('./cluster/main.ts'),
  'org.apache.kafka.tools.ClusterTool': () => import('./cluster/main.ts'),
  'kafka.tools.DumpLogSegments': () => import('./dump-log/main.ts'),
  'org.apache.kafka.tools.DumpLogSegments': () => import('./dump-log/main.ts'),
}

/** kafka-run-class: runs the tool that a Java class names. Options for the JVM in front of the class are skipped. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = withoutJvmOptions(args)
  if (name === undefined) {
    io.err.line('Usage: kafka-run-class CLASS [options]')
    io.err.line(knownClasses())
    return 1
  }
  const load = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined
  if (load !== undefined) return (await load()).main(rest, io)
  io.err.line(`Error: could not find or load main class ${name}`)
  io.err.line(knownClasses())
  return 1
}

/** `-daemon`, `-loggc` and `-name NAME` mean nothing here. */
function withoutJvmOptions(args: readonly string[]): readonly string[] {
  if (args[0] === '-daemon' || args[0] === '-loggc') return withoutJvmOptions(args.slice(1))
  return args[0] === '-name' ? withoutJvmOptions(args.slice(2)) : args
}

function knownClasses(): string {
  return `Known classes:\n${Object.keys(CLASSES)
    .map((name) => `  ${name}`)
    .join('\n')}`
}
