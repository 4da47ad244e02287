/** A person who can sign in. */
export type User = {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly disabled: boolean
}

/** What a sign-in compares with; it stays inside this folder and the store. */
export type UserWithPassword = User & { readonly passwordHash: string }

/** Names of what is written to the audit table. */
export type AuditKind =
  | 'sign_in'
  | 'refresh'
  | 'replay_detected'
  | 'revoked'
  | 'user_added'
  | 'user_disabled'
  | 'user_enabled'
  | 'password_changed'
  | 'key_rotated'

/** One line of the audit table: who, from where, with what outcome; never a secret. */
export type AuditRecord = {
  kind: AuditKind
  outcome: 'ok' | 'failed' | 'throttled'
  userName?: string | undefined
  subject?: string | undefined
  source?: string | undefined
  clientId?: string | undefined
  requestId?: string | undefined
}

export type Audit = { record(entry: AuditRecord): Promise<void> }
