import { Migration } from '@mikro-orm/migrations'

/** Long work in the background. Everything is new or may be absent, so that programs of the version before go on beside it. */
export class Jobs extends Migration {
  override up(): void {
    this.addSql(`
      create table job (
        id text primary key,
        session_id text not null,
        user_id text not null,
        kind text not null,
        input jsonb not null,
        state text not null,
        progress double precision not null default 0,
        note text,
        result jsonb,
        error_code text,
        error_message text,
        attempts integer not null default 0,
        losses integer not null default 0,
        fence bigint not null default 0,
        owner text,
        lease_until timestamptz,
        due_at timestamptz not null,
        starts_at timestamptz,
        every_s integer,
        schedule_id text,
        turn_id text,
        checkpoint jsonb,
        created_at timestamptz not null,
        started_at timestamptz,
        ended_at timestamptz
      ) with (fillfactor = 70)`)
    this.addSql('create index job_of_user on job (user_id, created_at desc, id desc)')
    this.addSql('create index job_of_session on job (session_id, created_at desc, id desc)')
    this.addSql("create index job_due on job (user_id, due_at, id) where state = 'queued'")
    this.addSql("create index job_begun on job (user_id) where state in ('running', 'waiting')")
    this.addSql(
      'create index job_of_schedule on job (schedule_id) where schedule_id is not null and ended_at is null',
    )
    this.addSql('alter table session_head add column job_id text')
    this.addSql('alter table turn add column job_id text')
    this.addSql('alter table tool_call add column job_id text, add column answer jsonb')
    this.addSql('create index tool_call_of_job on tool_call (job_id, seq) where job_id is not null')
  }
}
