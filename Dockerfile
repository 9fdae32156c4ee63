# pocket-hsm serve in a container: see "Containers" in docs/server.md. The project's tests run its health check and its
# environment, but do not build it.
# By default it listens on the container's loopback address: --host 0.0.0.0 needs --force or --auth jwt, which the user gives.

FROM node:22-slim AS build
WORKDIR /src
COPY . .
# Peers of workspace packages are there, though pnpm cannot match their versions when it deploys.
RUN npx --yes pnpm@10.34.9 install --frozen-lockfile \
  && npx tsc -b packages/server \
  && node tools/bundle.mjs \
  && npx --yes pnpm@10.34.9 --config.strict-peer-dependencies=false --filter @pocket-hsm/server deploy --legacy --prod /app \
  && mkdir /certificates /state

FROM gcr.io/distroless/nodejs22-debian12:nonroot
COPY --from=build /app /app
COPY --from=build --chown=65532:65532 /certificates /certificates
COPY --from=build --chown=65532:65532 /state /state
# Every option of serve has a variable; its command line wins. The health check needs the port of this one.
ENV POCKET_HSM_CERTIFICATES=/certificates \
    POCKET_HSM_OPS_PORT=9464
VOLUME ["/certificates", "/state"]
EXPOSE 8443 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:' + process.env.POCKET_HSM_OPS_PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/command/main.js"]
CMD ["serve"]
