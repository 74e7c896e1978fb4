# Lifeline as a container. How it is run beside a gateway's container: compose.yaml and docs/service.md.

FROM node:24-slim AS build
WORKDIR /lifeline
COPY package.json package-lock.json ./
# The scripts of packages bring a Node for checkouts, which is here already.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM docker:28-cli AS docker

FROM node:24-slim
# Only needed where the gateway is a container: restarts are asked for by this program.
COPY --from=docker /usr/local/bin/docker /usr/local/bin/docker
WORKDIR /lifeline
COPY --from=build /lifeline/dist ./dist
# What it remembers. A volume that is mounted here takes over the owner.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
ENV NODE_ENV=production
# Needs "metrics: { listen: 127.0.0.1:9464 }" in the configuration. It tells whether Lifeline works, not the gateway.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The flag is that of src/service/spec.ts.
ENTRYPOINT ["node", "--optimize-for-size", "/lifeline/dist/src/bin.js"]
CMD ["run", "--config", "/config/config.yaml"]
