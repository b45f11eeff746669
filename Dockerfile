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
