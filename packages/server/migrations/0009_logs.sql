-- Who used what, from which site, with which credential. A refused request may have no known tenant: such a line is
-- the installation's, and no tenant sees it. Append-only: nobody may update or delete; days are dropped whole.
create table access_log (
  id bigint generated always as identity,
  at timestamptz not null,
  request_id text not null,
  owner_id text,
  workspace_id text,
  app text,
  origin text,
  address text,
  credential_class text,
  credential_id text,
  method text not null,
  route text not null,
  status smallint not null,
  code text,
  reason text,
  duration_ms double precision not null,
  primary key (at, id)
) partition by range (at);
create index access_log_by_owner on access_log (owner_id, at desc, id desc);
create index access_log_by_request on access_log (request_id);

alter table access_log enable row level security;
alter table access_log force row level security;
create policy workspace_owns on access_log to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on access_log to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_writes on access_log for insert to microapp_system with check (true);
grant select on access_log to microapp_workspace, microapp_owner;
grant insert on access_log to microapp_system;

-- Partitions are made and dropped by these two functions, which run as the tables' owner.
create function access_log_open_day(day date) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  partition text := 'access_log_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass('public.' || partition) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('access_log_open_day'));
  execute format(
    'create table if not exists public.%I partition of public.access_log for values from (%L) to (%L)',
    partition, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
  execute format('alter table public.%I enable row level security', partition);
  execute format('alter table public.%I force row level security', partition);
end
$$;

create function access_log_drop_before(day date) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  partition text;
  dropped integer := 0;
begin
  for partition in
    select child.relname from pg_inherits
      join pg_class child on child.oid = inhrelid
      where inhparent = 'public.access_log'::regclass
        and child.relname < 'access_log_' || to_char(day, 'YYYYMMDD')
  loop
    execute format('drop table public.%I', partition);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;
revoke all on function access_log_open_day(date), access_log_drop_before(date) from public;
grant execute on function access_log_open_day(date), access_log_drop_before(date) to microapp_system;

-- Every change of a credential or setting: who, what, when, from which address.
create table audit_log (
  id text primary key,
  owner_id text not null references owners (id),
  workspace_id text,
  at timestamptz not null,
  actor_class text not null,
  actor_id text not null,
  address text,
  request_id text not null,
  event text not null,
  target_id text not null,
  detail jsonb not null,
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index audit_log_by_owner on audit_log (owner_id, at desc, id desc);

alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy workspace_owns on audit_log to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on audit_log to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select, insert on audit_log to microapp_owner;
