create table owners (
  id text primary key,
  name text not null,
  status text not null default 'active' check (status in ('active', 'disabled')),
  is_first boolean not null default false,
  created_at timestamptz not null
);
-- Two processes that start on the same empty database found it once.
create unique index owners_one_first on owners (is_first) where is_first;

alter table owners enable row level security;
alter table owners force row level security;
create policy owner_of_itself on owners to microapp_owner
  using (id = nullif(current_setting('app.owner_id', true), ''))
  with check (id = nullif(current_setting('app.owner_id', true), ''));
create policy owner_of_the_workspace on owners for select to microapp_workspace
  using (id = nullif(current_setting('app.owner_id', true), ''));
create policy system_counts on owners for select to microapp_system using (true);
grant select on owners to microapp_owner, microapp_workspace, microapp_system;
grant insert on owners to microapp_owner;

create trigger owners_notify after update or delete on owners
  for each row execute function notify_change('owner');

create table owner_keys (
  id text primary key,
  owner_id text not null references owners (id),
  label text,
  secret_hash bytea not null unique,
  version integer not null default 1,
  created_at timestamptz not null,
  last_used_at timestamptz,
  seen_in_url_at timestamptz,
  revoked_at timestamptz
);
create index owner_keys_by_owner on owner_keys (owner_id, created_at desc, id desc);

alter table owner_keys enable row level security;
alter table owner_keys force row level security;
create policy owner_owns on owner_keys to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_touches on owner_keys to microapp_system using (true) with check (true);
create policy lookup_reads on owner_keys for select to microapp_lookup using (true);
grant select, insert on owner_keys to microapp_owner;
grant update (label, secret_hash, version, revoked_at) on owner_keys to microapp_owner;
grant select (id, last_used_at, seen_in_url_at), update (last_used_at, seen_in_url_at) on owner_keys to microapp_system;
grant select (id, owner_id, secret_hash) on owner_keys to microapp_lookup;

create trigger owner_keys_notify after update of secret_hash, version, revoked_at or delete on owner_keys
  for each row execute function notify_change('owner_key');
