import type { Pool } from 'pg'
import type { Audit } from '../users/user.ts'

/** Writes audit records; they are only ever added, and swept when they are old. */
export const createAudit = (pool: Pick<Pool, 'query'>): Audit => ({
  async record(entry) {
    await pool.query({
      name: 'auth_audit',
      text: `insert into audit (kind, outcome, user_name, subject, source, client_id, request_id)
             values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        entry.kind,
        entry.outcome,
        entry.userName,
        entry.subject,
        entry.source,
        entry.clientId,
        entry.requestId,
      ],
    })
  },
})
