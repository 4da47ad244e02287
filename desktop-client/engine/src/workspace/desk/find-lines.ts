import { EngineFailure } from '../../engine-failure.ts'
import { ToolFailure } from '../tool-failure.ts'
import { findLines, type SearchEnd, type Wanted } from '../tools/search.ts'
import type { Bench } from '../tools/tool.ts'

/** The person's own search: everything that git does not ignore, secrets too. */
export async function findForPerson(
  bench: Bench,
  wanted: Omit<Wanted, 'shows'>,
  how: Parameters<typeof findLines>[2],
): Promise<SearchEnd> {
  try {
    return await findLines(bench, wanted, how)
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error
    const { message } = error
    if (error.code === 'invalid_arguments')
      throw new EngineFailure('unprocessable', 'bad_pattern', { message, cause: error })
    if (error.code === 'failed')
      throw new EngineFailure('unprocessable', 'search_unavailable', { message, cause: error })
    throw error
  }
}
