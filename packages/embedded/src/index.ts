export { type Cluster, type ClusterBroker, type ClusterOptions, startCluster } from './start-cluster.ts'
