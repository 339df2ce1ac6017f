/** The topics of a run, made and removed through our Admin on whatever broker it is. */
import { Admin, unwrap } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'

function admin(bootstrap: string): Admin {
  return new Admin(nodeRuntime(), { bootstrapServers: bootstrap })
}

export async function createTopic(bootstrap: string, name: string, numPartitions: number): Promise<void> {
  await using client = admin(bootstrap)
  unwrap((await client.createTopics([{ name, numPartitions, replicationFactor: 1 }])).get(name)!)
}

export async function deleteTopic(bootstrap: string, name: string): Promise<void> {
  await using client = admin(bootstrap)
  unwrap((await client.deleteTopics([name])).get(name)!)
}
