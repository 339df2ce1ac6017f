/** The chroot of `zookeeper.connect` and `--zookeeper` is the cluster's name here: who gives one must give the right one. */

/** One spelling for each chroot: no slashes around it, empty when there is none. */
export function chrootName(chroot: string): string {
  return chroot.trim().replaceAll(/^\/+|\/+$/g, '')
}

/** Why a broker or tool that asked for one cluster gets nothing from another. */
export function chrootMismatch(asked: string, own: string): string {
  const served =
    own === '' ? 'this controller serves a cluster without chroot' : `this controller serves the cluster /${own}`
  const wanted = asked === '' ? 'no chroot was given' : `/${asked} was asked for`
  return `${served}, ${wanted} (cluster.chroot of the controller, zookeeper.connect of the broker, --zookeeper of a tool)`
}
