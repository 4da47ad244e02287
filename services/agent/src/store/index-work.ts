import type pg from 'pg'
import * as candidates from './index-candidates.ts'
import { readIndexModel } from './index-reads.ts'
import * as writes from './index-writes.ts'

export type { Settled } from './index-candidates.ts'
export type IndexWork = ReturnType<typeof indexWork>

/** The index as a job works on it: what it reads at any time, and what it writes within a commit of its run. */
export const indexWork = (pool: pg.Pool) => ({
  modelOf: (of: Parameters<typeof readIndexModel>[1]) => readIndexModel(pool, of),
  digests: (of: Parameters<typeof writes.readDigests>[1]) => writes.readDigests(pool, of),
  knownVectors: (of: Parameters<typeof writes.readKnownVectors>[1]) =>
    writes.readKnownVectors(pool, of),
  countChunks: (sessionId: string, without: readonly string[]) =>
    writes.countChunks(pool, sessionId, without),
  openCandidates: (jobId: string, limit: number) =>
    candidates.readOpenCandidates(pool, jobId, limit),
  countCandidates: (jobId: string) => candidates.countCandidates(pool, jobId),
  outcome: (of: { jobId: string; sessionId: string }, mostSkipped: number) =>
    candidates.readOutcome(pool, of, mostSkipped),
  addCandidates: candidates.addCandidates,
  settleCandidates: candidates.settleCandidates,
  removeUnlisted: candidates.removeUnlisted,
  forgetCandidates: candidates.forgetCandidates,
  storeFiles: writes.storeFiles,
  removeFiles: writes.removeFiles,
})
