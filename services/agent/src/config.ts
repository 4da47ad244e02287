import { z } from 'zod'
import { ApprovalRule } from '@codelab/contracts/tools'
import {
  countSetting,
  databaseUrlSetting,
  listSetting,
  logLevelSetting,
  millisecondsSetting,
  optionalText,
  portSetting,
  redisUrlSetting,
  secondsSetting,
  urlSetting,
  arraySetting,
} from '@codelab/runtime/settings'

const Role = z.enum(['api', 'worker'])

/** The agent's variables. */
export const Config = z.object({
  AGENT_HOST: z.string().default('127.0.0.1'),
  AGENT_PORT: portSetting.default(8001),
  ADMIN_PORT: portSetting.default(9001),
  /** `api` answers calls and streams, `worker` runs the steps of turns. */
  AGENT_ROLES: listSetting
    .transform((roles) => (roles.length === 0 ? ['api', 'worker'] : roles))
    .pipe(z.array(Role)),
  DATABASE_URL: databaseUrlSetting,
  REDIS_URL: redisUrlSetting,
  LLM_PROXY_URL: urlSetting,
  /** llm-proxy brings a sign of life every 15 s; a call that is silent for so long is dead, and made again. */
  LLM_PROXY_SILENCE_MS: millisecondsSetting.default(45_000),
  /** How often an idle stream brings a sign of life. */
  STREAM_KEEP_ALIVE_MS: millisecondsSetting.default(5_000),
  INTERNAL_SERVICE_TOKEN: z.string().min(1),
  SESSION_TTL_S: secondsSetting.default(86_400),
  CONTEXT_MAX_TOKENS: z.coerce.number().int().min(256).default(8_000),
  HISTORY_LIMIT: countSetting.max(200).default(50),
  CACHE_TTL_S: secondsSetting.default(3_600),
  DEFAULT_MODEL: optionalText,
  /** For indexing files; absent: the workspace's first embedding model. */
  EMBEDDING_MODEL: optionalText,
  /** Whether older messages are summarised by a model when they would no longer fit. */
  COMPACTION: z.enum(['on', 'off']).default('on'),
  /** The part of the window, in tokens or in messages, from which on that happens. */
  COMPACTION_AT: z.coerce.number().min(0.3).max(0.95).default(0.8),
  /** Absent: the turn's own model. */
  COMPACTION_MODEL: optionalText,
  MAX_STEPS: countSetting.default(25),
  /** So many identical tool calls in a row end a turn. */
  MAX_IDENTICAL_CALLS: z.coerce.number().int().min(2).default(10),
  APPROVAL_RULES: arraySetting(ApprovalRule, 'approval rules').default([]),
  /** Absent: an approval waits for ever. */
  APPROVAL_TIMEOUT_S: secondsSetting.optional(),
  /** Steps that one worker runs at once; each is mostly waiting for a model. */
  WORKER_CONCURRENCY: countSetting.default(200),
  /** Long jobs that run at once in all of the workspace; those that wait for people or machines do not count. */
  JOBS_CONCURRENCY: countSetting.default(4),
  /** Tries of a job whose failure may pass, and the pause before the second one; it doubles each time. */
  JOB_ATTEMPTS: countSetting.default(3),
  JOB_BACKOFF_MS: countSetting.default(2_000),
  /** Steps that a task may take; `MAX_STEPS` is for what a person waits for. */
  TASK_MAX_STEPS: countSetting.default(100),
  LOG_LEVEL: logLevelSetting,
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText,
})
export type Config = z.infer<typeof Config>
