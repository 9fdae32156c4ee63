/** The function of the database that stores what a request has changed: all of it or nothing, in one statement. */

/** The first number of every advisory lock of this package; the second is the id of an HSM. */
export const LOCK_CLASS = 1_885_892_461

/** How many keys one commit may create beside others; more, and it is alone. */
export const MOST_CREATED_BESIDE_OTHERS = 16

/**
 * The statement that creates the function, which takes one JSON text:
 *
 * | member | what |
 * | --- | --- |
 * | `id` | a new UUID: found later if the connection was lost meanwhile |
 * | `hsm`, `revision` | the HSM, as it was loaded |
 * | `exclusive` | no other commit to this HSM at the same time |
 * | `changed`, `created`, `gone` | keys; the revision that was loaded, but for those created |
 * | `reads` | keys that were read and must not have changed meanwhile |
 * | `count` | how many keys there were, if all were read |
 * | `purges`, `draws` | the counters of a seeded HSM |
 * | `bytes` | the HSM itself, if that has changed |
 * | `limit` | the most keys |
 * | `audit`, `events` | what to record and to announce |
 * | `repeat` | the identifier and the sealed result of a request that its client may send again |
 *
 * It raises PH001 if anything is not as it was loaded, PH002 if it has to be called with `exclusive`, and PH004 if the
 * request was stored before.
 */
export const commitFunction = (s: string): string => `
create or replace function ${s}.commit_changes(p jsonb) returns jsonb language plpgsql as $$
declare
  the_hsm constant integer := (p->>'hsm')::integer;
  is_alone constant boolean := coalesce((p->>'exclusive')::boolean, false);
  created constant integer := coalesce(jsonb_array_length(p->'created'), 0);
  gone constant integer := coalesce(jsonb_array_length(p->'gone'), 0);
  found_rows integer;
  total bigint;
  stored jsonb := '{}';
  more jsonb;
  the_revision bigint;
begin
  insert into ${s}.commits (id) values ((p->>'id')::uuid);
  -- Before any lock: it waits for the same request in another server.
  if p ? 'repeat' then
    insert into ${s}.repeats (hsm, request, result)
      values (the_hsm, decode(p->'repeat'->>0, 'base64'), decode(p->'repeat'->>1, 'base64'))
      on conflict do nothing;
    if not found then
      raise exception 'The request was stored before.' using errcode = 'PH004';
    end if;
  end if;
  if is_alone then
    perform pg_advisory_xact_lock(${LOCK_CLASS}, the_hsm);
  else
    perform pg_advisory_xact_lock_shared(${LOCK_CLASS}, the_hsm);
  end if;
  perform 1 from ${s}.hsms where id = the_hsm and revision = (p->>'revision')::bigint;
  if not found then
    raise exception 'The HSM has changed.' using errcode = 'PH001';
  end if;
  if p ? 'count' then
    select coalesce(sum(keys), 0) into total from ${s}.key_counts where hsm = the_hsm;
    if total <> (p->>'count')::bigint then
      raise exception 'Other keys were created.' using errcode = 'PH001';
    end if;
  end if;
  if p ? 'reads' then
    select count(*) into found_rows
      from jsonb_to_recordset(p->'reads') as r (name text, revision bigint)
      join ${s}.keys k on k.hsm = the_hsm and k.name = r.name and k.revision = r.revision;
    if found_rows <> jsonb_array_length(p->'reads') then
      raise exception 'A key that was read has changed.' using errcode = 'PH001';
    end if;
  end if;
  if p ? 'changed' then
    with updated as (
      update ${s}.keys k
        set list = c.list, due_at = c."dueAt", notice_at = c."noticeAt",
            revision = nextval('${s}.revisions'), bytes = decode(c.bytes, 'base64')
        from jsonb_to_recordset(p->'changed')
          as c (name text, revision bigint, list text, "dueAt" bigint, "noticeAt" bigint, bytes text)
        where k.hsm = the_hsm and k.name = c.name and k.revision = c.revision
        returning k.name, k.revision, k.sequence
    )
    select count(*), coalesce(jsonb_object_agg(name, jsonb_build_array(revision, sequence)), '{}')
      into found_rows, stored from updated;
    if found_rows <> jsonb_array_length(p->'changed') then
      raise exception 'A key has changed.' using errcode = 'PH001';
    end if;
  end if;
  if p ? 'gone' then
    delete from ${s}.keys k
      using jsonb_to_recordset(p->'gone') as g (name text, revision bigint)
      where k.hsm = the_hsm and k.name = g.name and k.revision = g.revision;
    get diagnostics found_rows = row_count;
    if found_rows <> gone then
      raise exception 'A key has changed.' using errcode = 'PH001';
    end if;
  end if;
  if p ? 'created' then
    if p ? 'limit' then
      select coalesce(sum(keys), 0) into total from ${s}.key_counts where hsm = the_hsm;
      if is_alone then
        if total + created - gone > (p->>'limit')::bigint then
          raise exception 'The HSM is full.' using errcode = 'PH001';
        end if;
      elsif created > ${MOST_CREATED_BESIDE_OTHERS} or total + created
          + ${MOST_CREATED_BESIDE_OTHERS} * current_setting('max_connections')::bigint > (p->>'limit')::bigint then
        raise exception 'The HSM is nearly full.' using errcode = 'PH002';
      end if;
    end if;
    with added as (
      insert into ${s}.keys (hsm, name, list, sequence, due_at, notice_at, revision, bytes)
        select the_hsm, c.name, c.list, nextval('${s}.revisions'), c."dueAt", c."noticeAt", c.revision, decode(c.bytes, 'base64')
        from (
          select name, list, place, "dueAt", "noticeAt", bytes, nextval('${s}.revisions') as revision
          from jsonb_to_recordset(p->'created')
            as n (name text, list text, place bigint, "dueAt" bigint, "noticeAt" bigint, bytes text)
          order by place
        ) c
        returning name, revision, sequence
    )
    select coalesce(jsonb_object_agg(name, jsonb_build_array(revision, sequence)), '{}') into more from added;
    stored := stored || more;
  end if;
  if p ? 'purges' then
    insert into ${s}.purges (hsm, name, times)
      select the_hsm, name, times from jsonb_to_recordset(p->'purges') as u (name text, times bigint)
      on conflict (hsm, name) do update set times = excluded.times;
  end if;
  if p ? 'draws' then
    update ${s}.hsms set random_draws = (p->'draws'->>1)::bigint
      where id = the_hsm and random_draws = (p->'draws'->>0)::bigint;
    if not found then
      raise exception 'Random bytes were drawn.' using errcode = 'PH001';
    end if;
  end if;
  if p ? 'bytes' then
    update ${s}.hsms set bytes = decode(p->>'bytes', 'base64'), revision = nextval('${s}.revisions')
      where id = the_hsm returning revision into the_revision;
  end if;
  if p ? 'audit' then
    insert into ${s}.audit (hsm, at, operation, key, caller, entry)
      select the_hsm, (e->>'at')::double precision, e->>'operation', e->>'key', e->>'caller', e
      from jsonb_array_elements(p->'audit') with ordinality as a (e, place) order by place;
  end if;
  if p ? 'events' then
    insert into ${s}.events (hsm, event)
      select the_hsm, e from jsonb_array_elements(p->'events') with ordinality as a (e, place) order by place;
  end if;
  -- Last, so that creations wait for each other as shortly as possible.
  if created <> gone then
    insert into ${s}.key_counts (hsm, shard, keys)
      values (the_hsm, pg_backend_pid() % ${MOST_CREATED_BESIDE_OTHERS}, created - gone)
      on conflict (hsm, shard) do update set keys = key_counts.keys + excluded.keys;
  end if;
  return jsonb_build_object('keys', stored, 'revision', the_revision);
end
$$`
