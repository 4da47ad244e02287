import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Log } from '@codelab/runtime/log'
import type { Audit, AuditRecord } from '../users/user.ts'

type Options = {
  audit: Audit
  log: Log
  count: (event: 'refresh' | 'replay' | 'revoked') => void
}

const about = (ctx: KoaContextWithOIDC) => {
  const { entities } = ctx.oidc
  return {
    subject: entities.Account?.accountId ?? entities.RefreshToken?.accountId,
    userName: typeof entities.Account?.['name'] === 'string' ? entities.Account['name'] : undefined,
    source: String(ctx.state['source']),
    clientId: entities.Client?.clientId,
    requestId: String(ctx.state['requestId']),
  }
}

const grantType = (ctx: KoaContextWithOIDC): unknown =>
  (ctx.oidc as { params?: { grant_type?: unknown } }).params?.grant_type

/** Writes down what oidc-provider reports: refreshes, replays, revocations, and errors that are ours. */
export function createProviderObserver({ audit, log, count }: Options) {
  // the answer is on its way already: a record that cannot be written is a line in the log instead
  const record = (entry: AuditRecord) => {
    audit.record(entry).catch((error: unknown) => {
      log.error({ err: error, audit: entry }, 'an audit record could not be written')
    })
  }

  return (provider: Provider): void => {
    provider.on('grant.success', (ctx) => {
      if (grantType(ctx) !== 'refresh_token') return
      count('refresh')
      record({ kind: 'refresh', outcome: 'ok', ...about(ctx) })
    })
    provider.on('grant.error', (ctx) => {
      if (grantType(ctx) !== 'refresh_token') return
      const replayed = ctx.oidc.entities.RefreshToken?.consumed !== undefined
      if (replayed) {
        count('replay')
        log.warn(
          { client_id: ctx.oidc.entities.Client?.clientId },
          'a used refresh token was presented; its family is revoked',
        )
      }
      record({ kind: replayed ? 'replay_detected' : 'refresh', outcome: 'failed', ...about(ctx) })
    })
    provider.on('grant.revoked', (ctx) => {
      count('revoked')
      record({ kind: 'revoked', outcome: 'ok', ...about(ctx) })
    })
    provider.on('server_error', (_ctx, error) => {
      log.error({ err: error }, 'an OAuth request failed')
    })
  }
}
