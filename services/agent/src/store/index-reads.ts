import type pg from 'pg'
import type { ChunkPlace, IndexOf, Passage, SearchedIndex } from '../semantic/search.ts'
import { unpackVector } from '../semantic/vector.ts'

/** Vectors in one portion: some megabytes, and between two of them the process does other things. */
const portion = 2_000

/** The index of one conversation as a search reads it, always its owner's own. */
export const searchedIndex = (pool: pg.Pool): SearchedIndex => ({
  modelOf: (of) => readIndexModel(pool, of),
  vectors: (of) => readVectors(pool, of),
  passages: (of, places) => readPassages(pool, of, places),
})

/** The model that made a conversation's index; nothing when no file of it is indexed. */
export async function readIndexModel(
  pool: pg.Pool,
  { sessionId, userId }: IndexOf,
): Promise<string | undefined> {
  const { rows } = await pool.query<{ model: string }>({
    name: 'index-model',
    text: `select model from project_index i where session_id = $1 and user_id = $2
             and exists (select 1 from indexed_chunk c where c.session_id = $1 and c.model = i.model)`,
    values: [sessionId, userId],
  })
  return rows[0]?.model
}

/** Can anything of this conversation be found by meaning? */
export async function hasIndex(pool: pg.Pool, sessionId: string): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>({
    name: 'has-index',
    text: 'select exists (select 1 from indexed_chunk where session_id = $1) as there',
    values: [sessionId],
  })
  return rows[0]?.there ?? false
}

type VectorRow = ChunkPlace & { vector: Buffer }

async function* readVectors(
  pool: pg.Pool,
  { sessionId, userId, model }: IndexOf & { model: string },
): ReturnType<SearchedIndex['vectors']> {
  let last: ChunkPlace = { path: '', chunk: -1 }
  for (;;) {
    const { rows } = await pool.query<VectorRow>({
      name: 'index-vectors',
      text: `select path, chunk, vector from indexed_chunk
             where session_id = $1 and (path, chunk) > ($4, $5) and user_id = $2 and model = $3
             order by path, chunk limit ${portion}`,
      values: [sessionId, userId, model, last.path, last.chunk],
    })
    yield rows.map(({ path, chunk, vector }) => ({ path, chunk, vector: unpackVector(vector) }))
    if (rows.length < portion) return
    last = rows.at(-1)!
  }
}

type PassageRow = ChunkPlace & { start_line: number; end_line: number; content: string }

async function readPassages(
  pool: pg.Pool,
  { sessionId, userId }: IndexOf,
  places: readonly ChunkPlace[],
): Promise<Passage[]> {
  const { rows } = await pool.query<PassageRow>(
    `select c.path, c.chunk, c.start_line, c.end_line, c.content
     from unnest($3::text[], $4::integer[]) as wanted(path, chunk)
     join indexed_chunk c on c.session_id = $1 and c.path = wanted.path and c.chunk = wanted.chunk
     where c.user_id = $2`,
    [sessionId, userId, places.map(({ path }) => path), places.map(({ chunk }) => chunk)],
  )
  return rows.map(({ path, chunk, start_line: startLine, end_line: endLine, content }) => ({
    path,
    chunk,
    startLine,
    endLine,
    content,
  }))
}
