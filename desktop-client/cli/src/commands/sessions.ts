import type { Session } from '@codelab/contracts/sessions'
import { Failure } from '@codelab/runtime/failure'
import { allPages, createRest, type Rest } from '@codelab/engine/gateway/rest'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { readLine } from '../terminal/keys.ts'
import { visibleLine } from '../terminal/visible.ts'

type Common = { readonly server?: string }

async function withRest(
  context: Context,
  { server }: Common,
  work: (rest: Rest) => Promise<void>,
): Promise<ExitCode> {
  const rest = createRest(await accountOf(context, server), context.language)
  try {
    await work(rest)
    return exitCodes.ok
  } finally {
    await rest.close()
  }
}

function lineOf({ texts, style }: Context, session: Session): string {
  const { untitled, waiting, archived } = texts.sessions
  const notes = [
    ...(session.pending_approvals > 0 ? [style.yellow(waiting(session.pending_approvals))] : []),
    ...(session.archived ? [archived] : []),
  ]
  const when = new Date(session.last_activity_at).toLocaleString()
  const title = visibleLine(session.title ?? untitled)
  return [session.id, style.dim(when), title, ...notes].join('  ')
}

/** `codelab sessions list`. */
export const listSessions = (
  context: Context,
  options: Common & { json?: boolean; all?: boolean },
): Promise<ExitCode> =>
  withRest(context, options, async (rest) => {
    const { out, err } = context.terminal
    let none = true
    const pages = allPages((cursor) =>
      rest.sessions({ cursor, ...(!options.all && { archived: 'false' as const }) }),
    )
    for await (const session of pages) {
      none = false
      out.write(`${options.json ? JSON.stringify(session) : lineOf(context, session)}\n`)
    }
    if (none && !options.json) err.write(`${context.texts.sessions.none}\n`)
  })

/** `codelab sessions rename`. */
export const renameSession = (
  context: Context,
  id: string,
  title: string,
  options: Common,
): Promise<ExitCode> =>
  withRest(context, options, async (rest) => {
    await rest.changeSession(id, { title })
    context.terminal.err.write(`${context.texts.sessions.renamed}\n`)
  })

/** `codelab sessions archive`, and back with `undo`. */
export const archiveSession = (
  context: Context,
  id: string,
  options: Common & { undo?: boolean },
): Promise<ExitCode> =>
  withRest(context, options, async (rest) => {
    await rest.changeSession(id, { archived: !options.undo })
    const { putAway, takenOut } = context.texts.sessions
    context.terminal.err.write(`${options.undo ? takenOut : putAway}\n`)
  })

/** `codelab sessions delete`: asks first; without a terminal it wants `--yes`. */
export const deleteSession = (
  context: Context,
  id: string,
  options: Common & { yes?: boolean },
): Promise<ExitCode> =>
  withRest(context, options, async (rest) => {
    const { terminal, texts } = context
    const session = await rest.session(id)
    if (!options.yes && !(await confirmed(context, session))) {
      terminal.err.write(`${texts.sessions.kept}\n`)
      return
    }
    await rest.deleteSession(id)
    terminal.err.write(`${texts.sessions.deleted}\n`)
  })

async function confirmed({ terminal, texts }: Context, session: Session): Promise<boolean> {
  if (!terminal.interactive) {
    throw new Failure('invalid_request', { message: texts.sessions.deleteNeedsYes })
  }
  const title = visibleLine(session.title ?? session.id)
  const answer = await readLine(terminal, texts.sessions.reallyDelete(title))
  return answer.kind === 'line' && /^[yд]/i.test(answer.text.trim())
}
