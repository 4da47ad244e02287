import type pg from 'pg'
import { embed } from '@codelab/demo-model/embedding'
import { planFile } from '../../services/agent/src/semantic/index-file.ts'
import { packVector } from '../../services/agent/src/semantic/vector.ts'
import { storeFiles } from '../../services/agent/src/store/index-writes.ts'

/** Puts files into a conversation's index as a job does, with the vectors of the stand-in. */
export async function indexFiles(
  pool: pg.Pool,
  of: { sessionId: string; userId: string; model?: string },
  files: Record<string, string>,
): Promise<void> {
  const client = await pool.connect()
  try {
    const planned = Object.entries(files).map(([path, content]) => planFile(path, content))
    await storeFiles(
      client,
      { model: 'stand-in-words', ...of },
      planned.map(({ chunks, ...file }) => ({
        ...file,
        chunks: chunks.map((chunk) => ({ ...chunk, vector: packVector(embed(chunk.embedded)) })),
      })),
    )
  } finally {
    client.release()
  }
}
