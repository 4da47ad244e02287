import type { z } from 'zod'
import {
  cancelJob,
  changeSession,
  deleteSession,
  listApprovals,
  listJobs,
  listMessages,
  listModels,
  listSessions,
  readJob,
  readSession,
  readUsage,
  startJob,
} from '@codelab/contracts/client-gateway'
import type { JobsQuery, NewJob } from '@codelab/contracts/jobs'
import type { UsageQuery } from '@codelab/contracts/sessions'
import { createCaller, ForeignAnswer } from '@codelab/runtime/call'
import { Failure } from '@codelab/runtime/failure'
import type { Account } from '../account/account.ts'
import { lineFailure, suspended } from '../account/line-failure.ts'

type Page<Item> = { items: Item[]; next_cursor?: string | undefined }

/** Every item of a paged list, page by page as they are asked for. */
export async function* allPages<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item> {
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    yield* page.items
    cursor = page.next_cursor
  } while (cursor !== undefined)
}

const unreachable = ({ server }: Pick<Account, 'server'>, failure: Failure) => {
  if (failure.cause instanceof ForeignAnswer && failure.cause.status === 503)
    return suspended(server, failure)
  const message = `Nothing that speaks for CodeLab answers at ${server}. Check that the server runs and can be reached.`
  return lineFailure(server, failure, message)
}

export type Rest = ReturnType<typeof createRest>

/** The gateway's REST routes for a signed-in person. A token that is turned down is replaced once; failures are the wire's own. */
export function createRest(account: Pick<Account, 'server' | 'token'>, language?: string) {
  const caller = createCaller({ baseUrl: account.server, timeoutMs: 30_000 })

  const reached = async <Reply>(answer: Promise<Reply>): Promise<Reply> => {
    try {
      return await answer
    } catch (error) {
      // The wire's own failures have no cause: this one comes from the line.
      if (error instanceof Failure && error.cause !== undefined) throw unreachable(account, error)
      throw error
    }
  }

  const signedIn = async <Reply>(
    ask: (headers: Record<string, string>) => Promise<Reply>,
  ): Promise<Reply> => {
    const headersFor = (token: string) => ({
      authorization: `Bearer ${token}`,
      ...(language && { 'accept-language': language }),
    })
    const token = await account.token()
    try {
      return await reached(ask(headersFor(token.value)))
    } catch (error) {
      const refused =
        error instanceof Failure &&
        (error.code === 'token_expired' || error.code === 'unauthorized')
      if (!refused) throw error
      return await reached(ask(headersFor((await account.token(token.value)).value)))
    }
  }

  return {
    sessions: (query: {
      cursor?: string | undefined
      archived?: 'true' | 'false'
      limit?: number
    }) =>
      signedIn((headers) => caller.call(listSessions, { headers, query: { limit: 50, ...query } })),
    session: (id: string) =>
      signedIn((headers) => caller.call(readSession, { headers, params: { id } })),
    changeSession: (id: string, body: { title?: string | null; archived?: boolean }) =>
      signedIn((headers) => caller.call(changeSession, { headers, params: { id }, body })),
    deleteSession: (id: string) =>
      signedIn((headers) => caller.call(deleteSession, { headers, params: { id } })),
    messages: (id: string, query: { before?: string; limit?: number } = {}) =>
      signedIn((headers) => caller.call(listMessages, { headers, params: { id }, query })),
    models: () => signedIn((headers) => caller.call(listModels, { headers })),
    approvals: (cursor?: string) =>
      signedIn((headers) => caller.call(listApprovals, { headers, query: { limit: 50, cursor } })),
    usage: (query: Partial<z.infer<typeof UsageQuery>>) =>
      signedIn((headers) => caller.call(readUsage, { headers, query: { limit: 50, ...query } })),
    jobs: (query: Partial<z.infer<typeof JobsQuery>> = {}) =>
      signedIn((headers) => caller.call(listJobs, { headers, query: { limit: 50, ...query } })),
    job: (id: string) => signedIn((headers) => caller.call(readJob, { headers, params: { id } })),
    startJob: (body: NewJob) => signedIn((headers) => caller.call(startJob, { headers, body })),
    cancelJob: (id: string) =>
      signedIn((headers) => caller.call(cancelJob, { headers, params: { id } })),
    close: () => caller.close(),
  }
}
