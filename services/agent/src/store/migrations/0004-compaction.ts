import { Migration } from '@mikro-orm/migrations'

/**
 * Summaries of the older part of sessions: each stands for all messages up to a position, the newest counts. One without content was
 * tried in vain; it is kept so that the same part is not tried again.
 */
export class Compaction extends Migration {
  override up(): void {
    this.addSql(`
      create table compaction (
        session_id text not null,
        up_to bigint not null,
        outcome text not null,
        content text,
        token_count integer not null default 0,
        model text,
        turn_id text,
        created_at timestamptz not null default now(),
        primary key (session_id, up_to)
      )`)
  }
}
