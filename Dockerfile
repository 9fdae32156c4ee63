# pocket-hsm serve in a container. Not built by the project's tests: see docs/server.md.
# By default it listens on the container's loopback address: --host 0.0.0.0 needs --force or --auth jwt, which the user gives.

FROM node:22-slim AS build
WORKDIR /src
COPY . .
RUN npx --yes pnpm@10.34.9 install --frozen-lockfile \
  && npx tsc -b packages/server \
  && node tools/bundle.mjs \
  && npx --yes pnpm@10.34.9 --filter @pocket-hsm/server deploy --legacy --prod /app \
  && mkdir /certificates

FROM gcr.io/distroless/nodejs22-debian12:nonroot
COPY --from=build /app /app
COPY --from=build --chown=65532:65532 /certificates /certificates
VOLUME /certificates
EXPOSE 8443
HEALTHCHECK --interval=10s --timeout=3s CMD ["/nodejs/bin/node", "-e", "require('node:net').connect(8443, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/command/main.js"]
CMD ["serve", "--certificates", "/certificates"]
