import type { Context } from 'koa'
import {
  findInFiles,
  listFileNames,
  readFile,
  readGitStatus,
  readTree,
  saveFile,
} from '@codelab/contracts/engine-ui/files'
import { maxFileBytes } from '@codelab/contracts/tools'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { openText, saveText } from '../../workspace/desk/edit-text.ts'
import { findForPerson } from '../../workspace/desk/find-lines.ts'
import { listFolder } from '../../workspace/desk/list-folder.ts'
import { listNames } from '../../workspace/desk/list-names.ts'
import { answerFound } from '../http/answer-found.ts'
import type { Projects } from '../projects/projects.ts'

const usualMatches = 1_000

/** Ends when the page goes away, stops waiting or asks something else instead. */
function untilGone(ctx: Context): AbortSignal {
  const abort = new AbortController()
  ctx.res.once('close', () => abort.abort())
  return abort.signal
}

export function fileRoutes(projects: Projects): RouteHandler[] {
  const bench = (id: string) => projects.get(id).bench()

  return [
    handle(readTree, ({ params, query }) =>
      listFolder(bench(params.project), query.path ?? '.', query.first),
    ),
    handle(listFileNames, ({ params, ctx }) => listNames(bench(params.project), untilGone(ctx))),
    handle(readFile, ({ params, query }) => openText(bench(params.project), query.path)),
    handle(saveFile, ({ params, body }) => saveText(bench(params.project), body), {
      // In JSON a character may take six bytes.
      maxBodyBytes: 6 * maxFileBytes + 65_536,
    }),
    handle(findInFiles, async ({ params, query, ctx }) => {
      const { pattern, path, limit = usualMatches } = query
      const regex = query.regex === 'true'
      const ignoreCase = query.case_sensitive !== 'true'
      const wanted = { pattern, path, limit, regex, ignoreCase }
      await answerFound(ctx, (tell) =>
        findForPerson(bench(params.project), wanted, { signal: untilGone(ctx), tell }),
      )
    }),
    handle(readGitStatus, ({ params, ctx }) => {
      bench(params.project)
      return projects.get(params.project).git(untilGone(ctx))
    }),
  ]
}
