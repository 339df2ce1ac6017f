#!/usr/bin/env bash
# rehearse.sh: what the images do, without Docker. In an empty directory: the files that would be sent to the builder, the build
# steps of both Dockerfiles, then controller and broker with the settings of compose.yaml, asked by the images' own health check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
place=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$place"
}
trap end EXIT

mkdir "$place/source" "$place/controller-data" "$place/broker-data"
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [[ -e $file ]] && printf '%s\0' "$file"
done | tar --null -T - -cf - | tar -xf - -C "$place/source"
(cd "$place/source" && docker/assemble.sh @ottla/broker "$place/broker" && docker/assemble.sh @ottla/controller "$place/controller")
du -sh "$place/broker" "$place/controller"
rm -rf "$place/source"

node=${NODE:-$PWD/node_modules/.bin/node}
free_port() { "$node" -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})"; }
controller=$(free_port) inside=$(free_port) outside=$(free_port) metrics=$(free_port)

healthy() { # APP URL
  for _ in $(seq 100); do "$node" "$place/$1/healthy.mjs" "$2" && return; sleep 0.1; done
  echo "$1 is not healthy" >&2
  return 1
}

cd "$place"
"$node" controller/node_modules/@ottla/controller/bin/ottla-controller.js --override=dataDir="$place/controller-data" \
  --override=clientPort="$controller" --override=session.secret=rehearsal &
pids+=($!)
healthy controller "http://127.0.0.1:$controller/brokers"
"$node" broker/node_modules/@ottla/broker/bin/kafka-server-start.js --override=node.id=1 --override=log.dirs="$place/broker-data" \
  --override=controller.connect="127.0.0.1:$controller" --override=session.secret=rehearsal \
  --override=listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT \
  --override=listeners="INSIDE://:$inside,OUTSIDE://:$outside" \
  --override=advertised.listeners="INSIDE://127.0.0.1:$inside,OUTSIDE://localhost:$outside" \
  --override=inter.broker.listener.name=INSIDE --override=offsets.topic.replication.factor=1 --override=metrics.port="$metrics" &
pids+=($!)
healthy broker "http://127.0.0.1:$metrics/healthz"
kill -TERM "${pids[1]}" && wait "${pids[1]}"
kill -TERM "${pids[0]}" && wait "${pids[0]}"
pids=()
test -e "$place/broker-data/.kafka_cleanshutdown"
echo "rehearsed: built, started, healthy, stopped cleanly"
