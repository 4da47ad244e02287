import { Migration } from '@mikro-orm/migrations'
import { windowIndexes } from '../../context/read-window.ts'

/** The first schema. Tables that are written on every token leave room on their pages, so that updates stay in place. */
export class Conversations extends Migration {
  override up(): void {
    this.addSql(`
      create table session_head (
        session_id text primary key,
        user_id text not null,
        title text,
        archived boolean not null default false,
        language text not null default 'en',
        last_seq bigint not null default 0,
        last_position bigint not null default 0,
        swept_seq bigint not null default 0,
        turn_id text,
        step integer not null default 0,
        step_attempts integer not null default 0,
        step_due_at timestamptz,
        step_job text,
        fence bigint not null default 0,
        input_tokens bigint not null default 0,
        output_tokens bigint not null default 0,
        created_at timestamptz not null default now(),
        last_activity_at timestamptz not null default now()
      ) with (fillfactor = 60)`)
    this.addSql(
      'create index session_head_of_user on session_head (user_id, last_activity_at desc, session_id desc)',
    )
    this.addSql(
      'create index session_head_due on session_head (step_due_at) where step_due_at is not null',
    )
    // The owner of a deleted session keeps its id: nobody else's conversation may ever appear under it.
    this.addSql(
      'create table session_tombstone (session_id text primary key, user_id text not null)',
    )
    this.addSql(`
      create table lease (
        session_id text primary key,
        owner text not null,
        fence bigint not null,
        until timestamptz not null
      ) with (fillfactor = 50)`)
    this.addSql('create index lease_owner on lease (owner)')
    this.addSql(`
      create table event (
        session_id text not null,
        last_seq bigint not null,
        seq bigint not null,
        kind text not null,
        message_id text,
        body json not null,
        note json,
        created_at timestamptz not null default now(),
        primary key (session_id, last_seq)
      )`)
    this.addSql(
      "create index event_message_end on event (session_id, message_id) where kind in ('assistant_message', 'message_discarded')",
    )
    this.addSql(
      "create index event_token_age on event using brin (created_at) where kind = 'token'",
    )
    this.addSql(`
      create table message (
        session_id text not null,
        position bigint not null,
        id text not null,
        role text not null,
        content text not null,
        full_content text,
        tool_calls jsonb,
        call_id text,
        token_count integer not null,
        replaced boolean not null default false,
        turn_id text,
        model text,
        finish_reason text,
        usage jsonb,
        created_at timestamptz not null default now(),
        primary key (session_id, position)
      )`)
    this.addSql('create unique index message_id on message (session_id, id)')
    for (const index of windowIndexes) this.addSql(index)
    this.addSql(`
      create table turn (
        id text primary key,
        session_id text not null,
        message_id text not null,
        state text not null,
        content text,
        model text,
        language text not null,
        replaces text,
        message_seq bigint not null,
        start_seq bigint,
        end_seq bigint,
        steps integer not null default 0,
        fail_code text,
        fail_message text,
        created_at timestamptz not null default now(),
        started_at timestamptz,
        ended_at timestamptz
      )`)
    this.addSql('create unique index turn_of_message on turn (session_id, message_id)')
    this.addSql('create index turn_order on turn (session_id, message_seq desc)')
    this.addSql("create index turn_queue on turn (session_id, message_seq) where state = 'queued'")
    this.addSql(`
      create table tool_call (
        session_id text not null,
        call_id text not null,
        turn_id text,
        vendor_id text,
        tool text not null,
        arguments jsonb not null,
        digest text not null,
        edited boolean not null default false,
        state text not null,
        outcome text,
        reason text,
        resolved_by text,
        seq bigint not null,
        claimed_by text,
        claim_seen_at timestamptz,
        claim_gone boolean not null default false,
        expires_at timestamptz,
        created_at timestamptz not null default now(),
        resolved_at timestamptz,
        primary key (session_id, call_id)
      )`)
    this.addSql('create index tool_call_of_turn on tool_call (turn_id, seq)')
    this.addSql("create index tool_call_open on tool_call (session_id) where state <> 'resolved'")
    this.addSql(
      "create index tool_call_expiry on tool_call (expires_at) where state = 'waiting_approval'",
    )
    this.addSql("create index tool_call_claim on tool_call (claimed_by) where state = 'claimed'")
    this.addSql(`
      create table remembered_approval (
        session_id text not null,
        tool text not null,
        digest text not null,
        created_at timestamptz not null default now(),
        primary key (session_id, tool, digest)
      )`)
    this.addSql(`
      create table usage (
        id text primary key,
        user_id text not null,
        session_id text not null,
        turn_id text not null,
        step integer not null,
        model text not null,
        provider text not null,
        input_tokens integer not null,
        output_tokens integer not null,
        cached_tokens integer not null,
        created_at timestamptz not null default now()
      )`)
    this.addSql('create index usage_of_user on usage (user_id, created_at)')
  }
}
