/** The tables, as a numbered list of steps: a step that was released never changes. */

import { commitFunction } from './commit-function.ts'

/** One step: statements that run in one transaction. */
export type Migration = (schema: string) => readonly string[]

/** The step at position 0 makes version 1. */
export const MIGRATIONS: readonly Migration[] = [
  (s) => [
    `create sequence ${s}.revisions`,
    `create table ${s}.server (
      id boolean primary key default true check (id),
      key_check bytea not null,
      clock_offset double precision not null default 0
    )`,
    `create table ${s}.hsms (
      id integer generated always as identity primary key,
      name text collate "C" not null unique,
      given_name text not null,
      bytes bytea not null,
      revision bigint not null,
      random_draws bigint not null default 0,
      has_events boolean not null default false
    ) with (fillfactor = 50)`,
    // No foreign key to the HSM: it would lock that one row in every creation.
    `create table ${s}.keys (
      hsm integer not null,
      name text collate "C" not null,
      list text check (list in ('active', 'deleted')),
      sequence bigint not null,
      due_at bigint,
      notice_at bigint,
      revision bigint not null,
      bytes bytea not null,
      primary key (hsm, name)
    ) with (fillfactor = 85)`,
    // Sealed bytes do not compress.
    `alter table ${s}.keys alter column bytes set storage external`,
    `create index keys_by_name on ${s}.keys (hsm, list, name)`,
    `create index keys_by_sequence on ${s}.keys (hsm, list, sequence)`,
    `create index keys_by_due_at on ${s}.keys (hsm, due_at) where due_at is not null`,
    `create index keys_by_notice_at on ${s}.keys (hsm, notice_at) where notice_at is not null`,
    `create table ${s}.key_counts (
      hsm integer not null,
      shard integer not null,
      keys bigint not null,
      primary key (hsm, shard)
    ) with (fillfactor = 20)`,
    `create table ${s}.purges (
      hsm integer not null,
      name text collate "C" not null,
      times bigint not null,
      primary key (hsm, name)
    )`,
    `create table ${s}.audit (
      id bigint generated always as identity primary key,
      hsm integer not null,
      at double precision not null,
      operation text not null,
      key text,
      caller text,
      entry jsonb not null,
      written_at timestamptz not null default now()
    )`,
    `create index audit_by_hsm on ${s}.audit (hsm, id)`,
    `create table ${s}.events (
      id bigint generated always as identity primary key,
      hsm integer not null,
      event jsonb not null,
      written_at timestamptz not null default now(),
      claimed_until timestamptz
    )`,
    `create table ${s}.commits (
      id uuid primary key,
      written_at timestamptz not null default now()
    )`,
    `create index commits_by_age on ${s}.commits (written_at)`,
    commitFunction(s),
  ],
  (s) => [
    // Requests that were stored and whose clients may not know it.
    `create table ${s}.repeats (
      hsm integer not null,
      request bytea not null,
      result bytea not null,
      written_at timestamptz not null default now(),
      primary key (hsm, request)
    )`,
    commitFunction(s),
  ],
]
