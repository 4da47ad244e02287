import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Usage } from '@codelab/contracts/agent-llm'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Drain } from '@codelab/runtime/process'
import { createCompactor } from './compaction/compact.ts'
import type { Config } from './config.ts'
import { startStepWorker } from './jobs/step-worker.ts'
import { startSweeper } from './jobs/sweeper.ts'
import { createDeltaWriter } from './log/delta-writer.ts'
import { createSemanticSearch } from './semantic/search.ts'
import type { Shared } from './start-shared.ts'
import { createLeaseKeeper } from './step/lease-keeper.ts'
import { createRequestBuilder } from './step/request.ts'
import { createStepRunner } from './step/run-step.ts'
import { appendDeltas, storedPieces } from './store/append-deltas.ts'
import { readExpiredApprovals } from './store/claims.ts'
import { hasIndex, searchedIndex } from './store/index-reads.ts'
import { acquireStep, renewLeases, requeueLostSteps } from './store/leases.ts'
import { countWaitingSteps } from './store/queue-depth.ts'
import { sweepTokens } from './store/sweep-tokens.ts'
import { expireApproval } from './turn/expire-approval.ts'

/** A worker that says nothing for so long has lost its steps. */
const leaseMs = 5_000
const sweepMs = 1_000
/** Text pieces stay so long after their message's end. */
const tokensKeptMs = 24 * 3_600_000

/** The role `worker`: runs the steps of turns, and sweeps. The answer stops it: running steps may come to their end as long as `drain` says, then they are parked. */
export function startWorker(
  config: Config,
  shared: Shared,
): { stop(drain?: Drain): Promise<void> } {
  const { pool, log, metrics, tracing, publish, inSession, models, llm, newId } = shared
  const owner = randomUUID()
  const steps = metrics.counter('steps_total', 'Steps by what became of them.', ['outcome'])
  const takeovers = metrics.counter('lease_takeovers_total', 'Steps taken from a lost worker.')
  const tokens = metrics.counter('tokens_total', 'Tokens of finished steps.', ['direction'])
  const compactions = metrics.counter(
    'compactions_total',
    'Summaries of older messages by what became of them.',
    ['outcome'],
  )
  const countTokens = (usage: Usage) => {
    tokens.inc({ direction: 'input' }, usage.input_tokens)
    tokens.inc({ direction: 'output' }, usage.output_tokens)
  }
  queueGauge(metrics, pool)

  const writer = createDeltaWriter({
    store: {
      append: (batches) => appendDeltas(pool, batches),
      stored: (batches) => storedPieces(pool, batches),
    },
    publish,
    log,
    metrics,
  })
  const leases = createLeaseKeeper({
    renew: (ids) => renewLeases(pool, ids, { owner, leaseMs }),
    log,
  })
  const search = createSemanticSearch({
    index: searchedIndex(pool),
    embed: async (request, options) => (await llm.embed(request, options)).vectors,
    rules: config.APPROVAL_RULES,
  })
  const run = createStepRunner({
    inSession,
    acquire: (job) => acquireStep(pool, job, { owner, leaseMs }),
    requestFor: createRequestBuilder({
      pool,
      models,
      defaultModel: config.DEFAULT_MODEL,
      maxTokens: config.CONTEXT_MAX_TOKENS,
      historyLimit: config.HISTORY_LIMIT,
      rules: config.APPROVAL_RULES,
      isIndexed: (sessionId) => hasIndex(pool, sessionId),
      compactAt: config.COMPACTION === 'on' ? config.COMPACTION_AT : undefined,
    }),
    compact: createCompactor({
      pool,
      inSession,
      complete: (request, options) => llm.complete(request, options),
      model: config.COMPACTION_MODEL,
      maxTokens: config.CONTEXT_MAX_TOKENS,
      tracing,
      log,
      countTokens,
      count: (outcome) => compactions.inc({ outcome }),
    }),
    complete: (request, options) => llm.complete(request, options),
    answerCall: (call, { signal, ...of }) => search(of, call.arguments, signal),
    writer,
    leases,
    tracing,
    log,
    newId,
    countTokens,
    count(outcome, attempt) {
      steps.inc({ outcome })
      if (attempt > 1) takeovers.inc()
    },
  })
  const worker = startStepWorker({
    databaseUrl: config.DATABASE_URL,
    concurrency: config.WORKER_CONCURRENCY,
    run,
    log,
  })
  shared.localWorker.use(worker)
  shared.localWorker.loseWith((sessionId, fence) => leases.fenced(sessionId, fence))
  const expireApprovals = async () => {
    for (const { sessionId, callId } of await readExpiredApprovals(pool, new Date())) {
      await inSession({ sessionId }, (work) => expireApproval(work, callId))
    }
  }
  const requeue = async () => {
    const count = await requeueLostSteps(pool, leaseMs)
    if (count > 0) log.warn({ count }, 'lost steps were queued again')
  }
  const sweeper = startSweeper(
    [
      { name: 'lost steps', everyMs: sweepMs, run: requeue },
      { name: 'approvals', everyMs: sweepMs, run: expireApprovals },
      {
        name: 'tokens',
        everyMs: 60_000,
        run: () => sweepTokens(pool, new Date(Date.now() - tokensKeptMs)),
      },
    ],
    log,
  )
  return {
    async stop(drain) {
      await worker.close(drain?.finishMs)
      leases.stop()
      await sweeper.stop()
    },
  }
}

function queueGauge(metrics: Metrics, pool: pg.Pool): void {
  metrics.gauge('queue_depth', 'Steps that wait for a worker.', [], async (gauge) => {
    const depth = await countWaitingSteps(pool).catch(() => undefined)
    if (depth !== undefined) gauge.set(depth)
  })
}
