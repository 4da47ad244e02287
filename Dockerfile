# One image for every process; the command chooses: node /app/<gateway|agent|llm-proxy|auth|agent-migrate|auth-migrate|operator>.js
#
# docker build -t codelab .
#   bundles the sources in a stage of its own (buildah before 1.30 needs to hear it: --build-arg BUNDLES=source)
# npm run bundle && docker build --build-arg BUNDLES=ready -t codelab .
#   takes dist/ as it is: seconds, and a network only for jemalloc, once for each base
ARG BASE=node:24-bookworm-slim
ARG BUNDLES=source

FROM ${BASE} AS source
WORKDIR /source
# Every workspace of the lock file, so that npm finds it whole; packages come again only when one of these changes.
COPY package.json package-lock.json ./
COPY packages/contracts/package.json packages/contracts/
COPY packages/runtime/package.json packages/runtime/
COPY packages/demo-model/package.json packages/demo-model/
COPY packages/standalone/package.json packages/standalone/
COPY packages/image/package.json packages/image/
COPY services/gateway/package.json services/gateway/
COPY services/agent/package.json services/agent/
COPY services/llm-proxy/package.json services/llm-proxy/
COPY services/auth/package.json services/auth/
COPY operator/package.json operator/
COPY desktop-client/engine/package.json desktop-client/engine/
COPY desktop-client/cli/package.json desktop-client/cli/
COPY desktop-client/packaging/package.json desktop-client/packaging/
COPY desktop-client/ui/package.json desktop-client/ui/
COPY tests/package.json tests/
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund \
    --workspace packages/image --workspace services/gateway --workspace services/agent \
    --workspace services/llm-proxy --workspace services/auth --workspace operator
COPY packages packages
COPY services services
COPY operator operator
RUN node packages/image/src/main.ts /dist

FROM scratch AS ready
COPY dist /dist

FROM ${BUNDLES} AS bundles

FROM ${BASE} AS runtime
LABEL org.opencontainers.image.title="CodeLab" \
      org.opencontainers.image.description="The gateway, agent, llm-proxy and auth services of a CodeLab workspace, their migrations, and the operator" \
      org.opencontainers.image.licenses="Apache-2.0"
# The allocator of packages/image/src/allocator.ts. A base without apt-get brings it itself.
RUN ldconfig -p | grep -q libjemalloc.so.2 \
    || (apt-get update && apt-get install -y --no-install-recommends libjemalloc2 && rm -rf /var/lib/apt/lists/*)
ENV NODE_ENV=production \
    LD_PRELOAD=libjemalloc.so.2 \
    MALLOC_CONF=background_thread:true,narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0
WORKDIR /app
COPY LICENSE NOTICE ./
USER 10001:10001
ENTRYPOINT []
CMD ["node", "/app/operator.js"]

# For the Tiltfile alone: each program runs from /tmp/codelab and starts again when newer bundles have come there.
FROM runtime AS develop
USER root
COPY packages/image/src/develop.ts develop.mts
COPY --from=bundles /dist bundles
RUN for bundle in bundles/*.js; do ln -s develop.mts "${bundle#bundles/}"; done
USER 10001:10001

FROM runtime
COPY --from=bundles /dist ./
ARG VERSION=development
LABEL org.opencontainers.image.version="${VERSION}"
