import { defineEntity, p } from '@mikro-orm/core'

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'auth_user',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    nameKey: p.text().unique(),
    passwordHash: p.text(),
    roles: p.array(),
    disabledAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    passwordChangedAt: p.datetime().defaultRaw('now()'),
  },
})

export const SigningKeyEntity = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_key',
  properties: {
    kid: p.text().primary(),
    sealed: p.blob(),
    createdAt: p.datetime().defaultRaw('now()'),
    activatesAt: p.datetime(),
  },
})

/** What oidc-provider keeps: sessions, interactions, codes, grants, refresh tokens. `id` is a fingerprint of the real one. */
export const RecordEntity = defineEntity({
  name: 'Record',
  tableName: 'oauth_record',
  properties: {
    kind: p.text().primary(),
    id: p.blob().primary(),
    payload: p.json<Record<string, unknown>>(),
    grantId: p.text().nullable(),
    accountId: p.text().nullable(),
    /** Fingerprint of the second name that a record is found by: a session's uid, a device's user code. */
    lookup: p.blob().nullable(),
    /** How many rotations lie before this refresh token. */
    generation: p.integer().nullable(),
    consumedAt: p.datetime().nullable(),
    expiresAt: p.datetime(),
  },
})

export const AuditEntity = defineEntity({
  name: 'Audit',
  tableName: 'audit',
  properties: {
    id: p.bigint().primary().autoincrement(),
    at: p.datetime().defaultRaw('now()'),
    kind: p.text(),
    outcome: p.text(),
    userName: p.text().nullable(),
    subject: p.text().nullable(),
    source: p.text().nullable(),
    clientId: p.text().nullable(),
    requestId: p.text().nullable(),
  },
})

export const entities = [UserEntity, SigningKeyEntity, RecordEntity, AuditEntity]
