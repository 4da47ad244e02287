/** The programs of the image: the name of each bundle and the file in which its process begins, below the repository's root. */
export const programs: Readonly<Record<string, string>> = {
  gateway: 'services/gateway/src/main.ts',
  agent: 'services/agent/src/main.ts',
  'llm-proxy': 'services/llm-proxy/src/main.ts',
  auth: 'services/auth/src/main.ts',
  'agent-migrate': 'services/agent/src/migrate.ts',
  'auth-migrate': 'services/auth/src/migrate.ts',
  operator: 'operator/src/main.ts',
}

/** No part of the image: tests and the cluster of a developer run it beside the product. */
export const demoModel: Readonly<Record<string, string>> = {
  'demo-model': 'packages/demo-model/src/main.ts',
}
