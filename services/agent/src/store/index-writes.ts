import type pg from 'pg'
import type { IndexedFile } from '../semantic/index-file.ts'
import type { IndexOf } from '../semantic/search.ts'
import { unpackVector, type PackedVector } from '../semantic/vector.ts'

/** Puts files into a conversation's index, each in place of what was there of it. From now on the index is this model's. */
export async function storeFiles(
  client: pg.PoolClient,
  { sessionId, userId, model }: IndexOf & { model: string },
  files: readonly IndexedFile[],
): Promise<void> {
  await client.query(
    `insert into project_index (session_id, user_id, model) values ($1, $2, $3)
     on conflict (session_id) do update set model = excluded.model, updated_at = now()`,
    [sessionId, userId, model],
  )
  await removeFiles(
    client,
    sessionId,
    files.map(({ path }) => path),
  )
  await client.query(
    `insert into indexed_file (session_id, path, digest, model, chunks)
     select $1, f.path, f.digest, $2, f.chunks from unnest($3::text[], $4::text[], $5::integer[]) as f(path, digest, chunks)`,
    [
      sessionId,
      model,
      files.map(({ path }) => path),
      files.map(({ digest }) => digest),
      files.map(({ chunks }) => chunks.length),
    ],
  )
  const chunks = files.flatMap(({ path, chunks: of }) =>
    of.map((chunk, index) => ({ ...chunk, path, index })),
  )
  await client.query(
    `insert into indexed_chunk (session_id, user_id, model, path, chunk, digest, start_line, end_line, content, vector)
     select $1, $2, $3, c.* from unnest($4::text[], $5::integer[], $6::text[], $7::integer[], $8::integer[], $9::text[], $10::bytea[]) as c`,
    [
      sessionId,
      userId,
      model,
      chunks.map(({ path }) => path),
      chunks.map(({ index }) => index),
      chunks.map(({ digest }) => digest),
      chunks.map(({ startLine }) => startLine),
      chunks.map(({ endLine }) => endLine),
      chunks.map(({ text }) => text),
      chunks.map(({ vector }) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)),
    ],
  )
}

/** Takes files out of the index. */
export async function removeFiles(
  client: pg.PoolClient,
  sessionId: string,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return
  for (const table of ['indexed_file', 'indexed_chunk']) {
    await client.query(`delete from ${table} where session_id = $1 and path = any($2)`, [
      sessionId,
      paths,
    ])
  }
}

/** The digests of those files that are in the index already, made by this model. */
export async function readDigests(
  pool: pg.Pool,
  { sessionId, model, paths }: { sessionId: string; model: string; paths: readonly string[] },
): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ path: string; digest: string }>(
    'select path, digest from indexed_file where session_id = $1 and model = $2 and path = any($3)',
    [sessionId, model, paths],
  )
  return new Map(rows.map(({ path, digest }) => [path, digest]))
}

/** Vectors that this model made of the same texts of this person before, in whatever conversation. */
export async function readKnownVectors(
  pool: pg.Pool,
  { userId, model, digests }: { userId: string; model: string; digests: readonly string[] },
): Promise<Map<string, PackedVector>> {
  const { rows } = await pool.query<{ digest: string; vector: Buffer }>(
    `select distinct on (digest) digest, vector from indexed_chunk
     where user_id = $1 and model = $2 and digest = any($3)`,
    [userId, model, digests],
  )
  return new Map(rows.map(({ digest, vector }) => [digest, unpackVector(vector)]))
}

/** Chunks of a conversation's index, these files left out. */
export async function countChunks(
  pool: pg.Pool,
  sessionId: string,
  without: readonly string[],
): Promise<number> {
  const { rows } = await pool.query<{ chunks: string }>(
    `select coalesce(sum(chunks), 0) as chunks from indexed_file
     where session_id = $1 and path <> all($2)`,
    [sessionId, without],
  )
  return Number(rows[0]?.chunks ?? 0)
}
