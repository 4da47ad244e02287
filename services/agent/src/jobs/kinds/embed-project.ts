import { EmbedInput } from '@codelab/contracts/jobs'
import { Failure } from '@codelab/runtime/failure'
import { embeddingModel } from '../../semantic/choose-model.ts'
import { listedFiles, reasonOf, type Listed } from '../../semantic/read-replies.ts'
import { mayBeShown } from '../../semantic/search.ts'
import type { Settled } from '../../store/index-work.ts'
import { Plan, type EmbedParts, type EmbedRun } from './embed-plan.ts'
import { indexTexts, type Text } from './embed-texts.ts'
import type { JobRunner, RunEnd, ToolAsk } from './job-run.ts'

/** Files that the person's machine reads in one go: the job can be cancelled in between, and people see how far it is. */
const filesAtOnce = 8
const mostListed = 10_000
/** Told in the result; more of them would say no more. */
const mostSkipped = 1_000

/**
 * Puts files of a project into its conversation's index: those that came with the job at once, the others as the person's machine
 * reads them, a few at a time. What was read is stored with the same commit that uses it up, so nothing is done twice.
 */
export const createEmbedProject =
  (parts: EmbedParts): JobRunner<'embed_project'> =>
  async (run) => {
    const input = EmbedInput.parse(run.input)
    const plan = run.checkpoint === undefined ? await begin(parts, run) : Plan.parse(run.checkpoint)
    if (plan.result) return { state: 'succeeded', result: plan.result }
    await indexTexts(parts, run, plan, {
      texts: await givenTexts(parts, run, input.files ?? []),
    })
    const listed = plan.listed ? plan : await takeListing(parts, run, plan)
    if (!listed)
      return waitFor(plan, [listingOf(input.glob)], 'Waits for your machine: list_files.')
    await indexRead(parts, run, listed)
    const paths = await parts.index.openCandidates(run.id, filesAtOnce)
    if (paths.length > 0) {
      return waitFor(listed, paths.map(readingOf), 'Waits for your machine: read_file.')
    }
    return finish(parts, run, listed)
  }

const waitFor = (checkpoint: Plan, asks: ToolAsk[], note: string): RunEnd<'embed_project'> => ({
  state: 'waiting',
  asks,
  note,
  checkpoint,
})

const listingOf = (glob: string | undefined): ToolAsk => ({
  key: 'list',
  tool: 'list_files',
  arguments: { limit: mostListed, ...(glob !== undefined && { glob }) },
})
const readingOf = (path: string): ToolAsk => ({
  key: `read ${path}`,
  tool: 'read_file',
  arguments: { path },
})

/** Chooses the model and notes the files that are known by now. */
async function begin(parts: EmbedParts, run: EmbedRun): Promise<Plan> {
  const { paths = [], glob, files = [], model } = EmbedInput.parse(run.input)
  const whole = paths.length === 0 && glob === undefined && files.length === 0
  const known = await parts.index.modelOf(run)
  if (!whole && known !== undefined && (model ?? known) !== known) {
    throw new Failure('unprocessable', {
      message: `The index of this session was made with the model ${known}, and vectors of two models do not compare. Index the whole project to change the model, or leave the model out.`,
    })
  }
  const plan: Plan = {
    model: (!whole && known) || embeddingModel(model, parts.setting, await parts.models()),
    whole,
    listed: !whole && glob === undefined,
  }
  await note(parts, run, plan, [...paths, ...files.map(({ path }) => path)])
  return plan
}

/** Keeps the plan with more files to look at; those that a rule keeps from being read are skipped at once. */
async function note(parts: EmbedParts, run: EmbedRun, plan: Plan, paths: string[]): Promise<void> {
  const of = { jobId: run.id, sessionId: run.sessionId }
  const { allowed = [], kept = [] } = Object.groupBy(new Set(paths), (path) =>
    mayBeShown(parts.rules, path) ? 'allowed' : 'kept',
  )
  await run.commit({
    checkpoint: plan,
    used: run.replies.map(({ key }) => key).filter((key) => key === 'list'),
    write: async (client) => {
      await parts.index.addCandidates(client, of, allowed)
      await parts.index.settleCandidates(client, of, kept.map(keptBack))
    },
  })
}

const keptBack = (path: string): Settled => ({
  path,
  outcome: 'skipped',
  reason: 'refused: a rule of this workspace keeps it from being read without a question.',
})

/** The files that came with the job, as far as they are still to be done. */
async function givenTexts(
  { index }: EmbedParts,
  run: EmbedRun,
  files: readonly Text[],
): Promise<Text[]> {
  if (files.length === 0) return []
  const open = new Set(await index.openCandidates(run.id, mostListed))
  const byPath = new Map(files.map((file) => [file.path, file]))
  return [...byPath.values()].filter(({ path }) => open.has(path))
}

/** Takes the answer to the listing, when it has come. */
async function takeListing(
  parts: EmbedParts,
  run: EmbedRun,
  plan: Plan,
): Promise<Plan | undefined> {
  const reply = run.replies.find(({ key }) => key === 'list')
  if (!reply) return undefined
  if (reply.error || typeof reply.result !== 'string') {
    throw new Failure('unprocessable', {
      message: `The files of the project could not be listed: ${reply.error?.message ?? reply.outcome}`,
    })
  }
  const listing: Listed = listedFiles(reply.result)
  // Of a project that is too large for one list nobody knows what has gone.
  const next = { ...plan, listed: true, whole: plan.whole && !listing.more }
  await note(parts, run, next, listing.paths)
  return next
}

/** Indexes what the person's machine has read; what could not be read is noted with the reason. */
async function indexRead(parts: EmbedParts, run: EmbedRun, plan: Plan): Promise<void> {
  const texts: Text[] = []
  const left: Settled[] = []
  for (const reply of run.replies) {
    const path = reply.arguments['path']
    if (!reply.key.startsWith('read ') || typeof path !== 'string') continue
    if (reply.error === undefined && typeof reply.result === 'string') {
      texts.push({ path, content: reply.result })
    } else left.push({ path, outcome: 'skipped', reason: reasonOf(reply) })
  }
  await indexTexts(parts, run, plan, { texts, left })
}

async function finish(
  { index }: EmbedParts,
  run: EmbedRun,
  plan: Plan,
): Promise<RunEnd<'embed_project'>> {
  const of = { jobId: run.id, sessionId: run.sessionId }
  const result = { model: plan.model, ...(await index.outcome(of, mostSkipped)) }
  await run.commit({
    checkpoint: { ...plan, result },
    write: async (client) => {
      if (plan.whole) await index.removeUnlisted(client, of)
      await index.forgetCandidates(client, run.id)
    },
  })
  return { state: 'succeeded', result }
}
