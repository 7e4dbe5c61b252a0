# Persisto's server:
#   docker build -t persisto .
#   docker run --rm -p 127.0.0.1:8000:8000 -v persisto-data:/data --hostname persisto persisto
# `docker compose up` runs it with a Postgres. docs/deployment.md has more.

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY packages/contract packages/contract
COPY packages/core packages/core
COPY packages/server packages/server
COPY packages/client packages/client
COPY packages/mcp packages/mcp
COPY packages/conformance packages/conformance
COPY packages/adapter-kit packages/adapter-kit
COPY packages/ai-sdk/package.json packages/ai-sdk/
COPY packages/cli/package.json packages/cli/
COPY packages/langchain/package.json packages/langchain/
COPY packages/llamaindex/package.json packages/llamaindex/
COPY bench/package.json bench/
COPY chaos/package.json chaos/
RUN npm ci
RUN npm run build --workspace packages/contract --workspace packages/core --workspace packages/client --workspace packages/mcp --workspace packages/server
# What the server needs to run, and nothing of the others.
RUN npm ci --omit=dev --workspace packages/server \
  && for name in adapter-kit ai-sdk cli conformance langchain llamaindex; do rm -rf packages/$name node_modules/@persisto/$name; done \
  && rm -f node_modules/persisto \
  && rm -rf packages/*/src packages/*/test

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 PERSISTO_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8000
# Ready, and not only alive: it also says when the database is away. It says so to others; what restarts a container is its own exit.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# A larger young generation of the heap: see "Memory of the process" in docs/operation.md.
ENTRYPOINT ["node", "--max-semi-space-size=64", "/app/packages/server/dist/main.js"]
CMD ["serve"]
