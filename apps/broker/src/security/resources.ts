import type { Resource } from '../seams.ts'

/** The one resource of type cluster. */
export const CLUSTER: Resource = { type: 'cluster', name: 'kafka-cluster' }

export function topicResource(name: string): Resource {
  return { type: 'topic', name }
}

export function groupResource(name: string): Resource {
  return { type: 'group', name }
}
