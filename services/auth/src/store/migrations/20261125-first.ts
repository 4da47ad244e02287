import { Migration } from '@mikro-orm/migrations'

export class FirstMigration extends Migration {
  override readonly name = '20261125-first'

  override up() {
    this.addSql(`
      create table auth_user (
        id uuid primary key,
        name text not null,
        name_key text not null unique,
        password_hash text not null,
        roles text[] not null default '{}',
        disabled_at timestamptz,
        created_at timestamptz not null default now(),
        password_changed_at timestamptz not null default now()
      )`)
    this.addSql(`
      create table signing_key (
        kid text primary key,
        sealed bytea not null,
        created_at timestamptz not null default now(),
        activates_at timestamptz not null
      )`)
    this.addSql(`
      create table oauth_record (
        kind text not null,
        id bytea not null,
        payload jsonb not null,
        grant_id text,
        account_id text,
        lookup bytea,
        generation integer,
        consumed_at timestamptz,
        expires_at timestamptz not null,
        primary key (kind, id)
      )`)
    this.addSql(
      'create index oauth_record_grant on oauth_record (grant_id, kind, generation) where grant_id is not null',
    )
    this.addSql(
      'create index oauth_record_account on oauth_record (account_id) where account_id is not null',
    )
    this.addSql(
      'create unique index oauth_record_lookup on oauth_record (kind, lookup) where lookup is not null',
    )
    this.addSql('create index oauth_record_expiry on oauth_record (expires_at)')
    this.addSql(`
      create table audit (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        kind text not null,
        outcome text not null,
        user_name text,
        subject text,
        source text,
        client_id text,
        request_id text
      )`)
    this.addSql('create index audit_at on audit (at)')
  }
}
