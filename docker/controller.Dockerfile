# syntax=docker/dockerfile:1
# The controller: docker build -f docker/controller.Dockerfile -t ottla-controller .

FROM node:24-slim AS build
WORKDIR /source
COPY . .
RUN docker/assemble.sh @ottla/controller /app && mkdir /data

FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY --from=build --chown=65532:65532 /data /data
COPY --from=build /app /app
USER 65532:65532
# The root file system may be read-only: data goes to /data, and what speeds up the next start to /tmp.
ENV NODE_COMPILE_CACHE=/tmp/compile-cache
VOLUME /data
EXPOSE 2181
# Signals reach the process, which has no children: it needs no init.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["/nodejs/bin/node", "/app/healthy.mjs", "http://127.0.0.1:2181/brokers"]
ENTRYPOINT ["/nodejs/bin/node", "/app/node_modules/@ottla/controller/bin/ottla-controller.js"]
CMD ["--override", "dataDir=/data", "--override", "clientPort=2181"]
