-- What the owner looks for in the logs: one token's lines, one customer's, what was refused, what happened to one thing.
create index access_log_by_credential on access_log (credential_id, at desc, id desc);
create index access_log_by_workspace on access_log (workspace_id, at desc, id desc);
create index access_log_refused_by_owner on access_log (owner_id, at desc, id desc) where status in (401, 403, 429);
create index audit_log_by_workspace on audit_log (workspace_id, at desc, id desc);
create index audit_log_by_target on audit_log (target_id, at desc, id desc);

-- What the detection of spikes counts, and whether a credential was ever used on an origin.
create index access_log_refused_by_workspace on access_log (workspace_id, at) where status in (401, 403, 429);
create index access_log_mints_by_workspace on access_log (workspace_id, at)
  where route = '/v1/embed/sessions' and status between 200 and 299;
create index access_log_by_credential_origin on access_log (credential_id, origin, at)
  where credential_id is not null and origin is not null;

-- The detection reads the lines of all tenants, but not who asked, for what, or why it was refused.
create policy system_counts on access_log for select to microapp_system using (workspace_id is not null);
grant select (at, owner_id, workspace_id, origin, credential_id, route, status) on access_log to microapp_system;

-- The day is made beside the log and attached, instead of made as its partition: attaching waits for nobody who reads or
-- writes, where the other way would wait for a long reader, such as a backup, with every other request behind it.
create or replace function access_log_open_day(day date) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  partition text := 'access_log_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass('public.' || partition) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('access_log_open_day'));
  -- Another instance may have opened the day while this one waited. Asked with a query, which sees what is committed
  -- now: name look-ups are remembered, and waiting for such a lock makes nobody forget them.
  if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = partition) then
    return;
  end if;
  execute format('create table public.%I (like public.access_log including defaults including indexes)', partition);
  execute format('alter table public.%I enable row level security', partition);
  execute format('alter table public.%I force row level security', partition);
  execute format(
    'alter table public.access_log attach partition public.%I for values from (%L) to (%L)',
    partition, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
end
$$;

-- Dropping needs the whole log for a moment. Behind a long reader it gives up at once, and the next hour tries again.
alter function access_log_drop_before(date) set lock_timeout = '1s';

-- Something out of the ordinary in a workspace's traffic: one row per episode, open until it is over.
create table spikes (
  id text primary key,
  owner_id text not null,
  workspace_id text not null,
  kind text not null check (kind in ('mints', 'refusals', 'new_origin')),
  started_at timestamptz not null,
  ended_at timestamptz,
  -- The most that was counted in one window, and what the hours before let expect.
  observed integer not null,
  expected double precision not null,
  -- Of a new origin: where it was seen, and with which credential.
  credential_id text,
  origin text,
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index spikes_by_owner on spikes (owner_id, started_at desc, id desc);
create index spikes_by_end on spikes (ended_at);
create unique index spikes_one_open on spikes (workspace_id, kind) where ended_at is null and kind <> 'new_origin';
create unique index spikes_one_open_per_origin on spikes (credential_id, origin)
  where ended_at is null and kind = 'new_origin';

alter table spikes enable row level security;
alter table spikes force row level security;
create policy workspace_owns on spikes to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on spikes to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_detects on spikes to microapp_system using (true) with check (true);
grant select on spikes to microapp_owner;
grant select, insert, delete on spikes to microapp_system;
grant update (ended_at, observed) on spikes to microapp_system;

-- Up to when the log has been looked through. One row: whoever moves it forward does the work, all others need not.
create table spike_scan (
  is_only boolean primary key default true check (is_only),
  scanned_until timestamptz not null
);
insert into spike_scan (scanned_until) values ('epoch');
alter table spike_scan enable row level security;
alter table spike_scan force row level security;
create policy system_scans on spike_scan to microapp_system using (true) with check (true);
grant select on spike_scan to microapp_system;
grant update (scanned_until) on spike_scan to microapp_system;
