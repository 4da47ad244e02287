import { planFile, type IndexedFile, type PlannedFile } from '../../semantic/index-file.ts'
import { saysNothing } from '../../semantic/read-replies.ts'
import { packVector, type PackedVector } from '../../semantic/vector.ts'
import type { Settled } from '../../store/index-work.ts'
import type { EmbedParts, EmbedRun, Plan } from './embed-plan.ts'

export type Text = { readonly path: string; readonly content: string }

/** Texts in one call of a model, and about the chunks that one commit stores. */
const textsAtOnce = 64
/** A search looks at every vector, so there is an end to them. */
const mostChunks = 20_000

/**
 * Puts texts into the index, group after group, each with its vectors in one commit. Unchanged files are noted and left as they are,
 * equal texts of the same person embedded once. `left`: files without a text, which leave the index.
 */
export async function indexTexts(
  parts: EmbedParts,
  run: EmbedRun,
  plan: Plan,
  { texts, left = [] }: { texts: readonly Text[]; left?: readonly Settled[] },
): Promise<void> {
  const planned = texts.map(({ path, content }) => planFile(path, content))
  const paths = planned.map(({ path }) => path)
  const known = await parts.index.digests({ ...run, model: plan.model, paths })
  const unchanged = planned.filter(({ path, digest }) => known.get(path) === digest)
  const changed = planned.filter((file) => !unchanged.includes(file))
  await store(parts, run, plan, { settled: [...left, ...unchanged.map(indexed)] })
  for (const group of groupsOf(changed)) await storeGroup(parts, run, plan, group)
}

const indexed = ({ path }: Pick<PlannedFile, 'path'>): Settled => ({ path, outcome: 'indexed' })

/** Files together that fill one call of the model; a large one is a group of its own. */
function groupsOf(files: readonly PlannedFile[]): PlannedFile[][] {
  const groups: PlannedFile[][] = []
  let room = 0
  for (const file of files) {
    if (file.chunks.length > room) {
      groups.push([])
      room = textsAtOnce
    }
    groups.at(-1)!.push(file)
    room -= file.chunks.length
  }
  return groups
}

async function storeGroup(
  parts: EmbedParts,
  run: EmbedRun,
  plan: Plan,
  group: readonly PlannedFile[],
): Promise<void> {
  const paths = group.map(({ path }) => path)
  let chunks = await parts.index.countChunks(run.sessionId, paths)
  const fitting: PlannedFile[] = []
  const settled: Settled[] = []
  for (const file of group) {
    const fits = chunks + file.chunks.length <= mostChunks
    if (fits) {
      chunks += file.chunks.length
      fitting.push(file)
    }
    settled.push(fits ? indexed(file) : { path: file.path, outcome: 'skipped', reason: indexFull })
  }
  await store(parts, run, plan, { settled, files: await withVectors(parts, run, plan, fitting) })
}

const indexFull = `too large: the index of a session holds ${mostChunks} passages.`

async function withVectors(
  { index }: EmbedParts,
  run: EmbedRun,
  { model }: Plan,
  files: readonly PlannedFile[],
): Promise<IndexedFile[]> {
  const texts = new Map(
    files.flatMap(({ chunks }) =>
      chunks.map(({ digest, embedded }) => [digest, embedded] as const),
    ),
  )
  const vectors = await index.knownVectors({
    userId: run.userId,
    model,
    digests: [...texts.keys()],
  })
  const missing = [...texts].filter(([digest]) => !vectors.has(digest))
  for (let from = 0; from < missing.length; from += textsAtOnce) {
    const batch = missing.slice(from, from + textsAtOnce)
    const made = await run.embed(
      model,
      batch.map(([, text]) => text),
    )
    for (const [at, [digest]] of batch.entries()) vectors.set(digest, packVector(made.vectors[at]!))
  }
  return files.map(({ chunks, ...file }) => ({
    ...file,
    chunks: chunks.map((chunk) => ({
      ...chunk,
      vector: vectors.get(chunk.digest) as PackedVector,
    })), // all are there now
  }))
}

/** One commit: the files, what became of them, and the replies that are used up by it. */
async function store(
  { index }: EmbedParts,
  run: EmbedRun,
  plan: Plan,
  { settled, files = [] }: { settled: readonly Settled[]; files?: readonly IndexedFile[] },
): Promise<void> {
  if (settled.length === 0) return
  const gone = settled.flatMap(({ path, outcome, reason = '' }) =>
    outcome === 'skipped' && !saysNothing(reason) ? [path] : [],
  )
  const { total, settled: before } = await index.countCandidates(run.id)
  const done = before + settled.length
  await run.commit({
    progress: done / (total + 1),
    note: `${done} of ${total} files.`,
    used: settled.map(({ path }) => `read ${path}`),
    write: async (client) => {
      await index.removeFiles(client, run.sessionId, gone)
      if (files.length > 0) await index.storeFiles(client, { ...run, model: plan.model }, files)
      await index.settleCandidates(client, { jobId: run.id, sessionId: run.sessionId }, settled)
    },
  })
}
