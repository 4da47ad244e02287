import { Migration } from '@mikro-orm/migrations'

/**
 * Files that are found by meaning. An index belongs to one conversation: it is the only thing here that stands for one project folder
 * on one machine, which the services never learn the name of. Another conversation on the same files costs no second embedding: equal
 * texts of one person share their vectors (`indexed_chunk_text`).
 */
export class ProjectIndex extends Migration {
  override up(): void {
    this.addSql(`
      create table project_index (
        session_id text primary key,
        user_id text not null,
        model text not null,
        updated_at timestamptz not null default now()
      )`)
    this.addSql(`
      create table indexed_file (
        session_id text not null,
        path text not null,
        digest text not null,
        model text not null,
        chunks integer not null,
        indexed_at timestamptz not null default now(),
        primary key (session_id, path)
      )`)
    this.addSql(`
      create table indexed_chunk (
        session_id text not null,
        path text not null,
        chunk integer not null,
        user_id text not null,
        model text not null,
        digest text not null,
        start_line integer not null,
        end_line integer not null,
        content text not null,
        vector bytea not null,
        primary key (session_id, path, chunk)
      )`)
    // A search reads every vector and few texts: the vectors stay in the row, long texts move out of it.
    this.addSql('alter table indexed_chunk alter column vector set storage main')
    this.addSql('create index indexed_chunk_text on indexed_chunk (user_id, model, digest)')
    // What a job still has to look at: too much to be read again with each of its runs.
    this.addSql(`
      create table index_candidate (
        job_id text not null,
        path text not null,
        session_id text not null,
        outcome text,
        reason text,
        primary key (job_id, path)
      )`)
    this.addSql(
      'create index index_candidate_open on index_candidate (job_id, path) where outcome is null',
    )
    this.addSql('create index index_candidate_session on index_candidate (session_id)')
  }
}
