-- Signing in to the dashboard. A session stands for an owner key, for a member, or for a person of the identity provider,
-- and is worth what that is worth at each request.

-- People who sign in without an identity provider, by one-time links. One who is removed stays as a row without a link,
-- because the trail names it.
create table members (
  id text primary key,
  owner_id text not null references owners (id),
  name text not null,
  email text,
  role text not null check (role in ('admin', 'developer', 'viewer')),
  status text not null default 'active' check (status in ('active', 'disabled')),
  -- of the one link that is not used yet; a new one takes its place
  link_hash bytea unique,
  link_expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- the first sign-in
  joined_at timestamptz,
  last_used_at timestamptz,
  removed_at timestamptz,
  unique (owner_id, id)
);
create index members_by_owner on members (owner_id, created_at desc, id desc);

alter table members enable row level security;
alter table members force row level security;
create policy owner_owns on members to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_touches on members to microapp_system using (true) with check (true);
create policy lookup_reads on members for select to microapp_lookup using (true);
grant select, insert on members to microapp_owner;
grant update (name, role, status, link_hash, link_expires_at, updated_at, joined_at, removed_at) on members to microapp_owner;
grant select (id, last_used_at), update (last_used_at) on members to microapp_system;
grant select (id, owner_id, link_hash) on members to microapp_lookup;

create constraint trigger members_notify after update of name, email, role, status, removed_at or delete on members
  deferrable initially deferred for each row execute function notify_change('member');

alter table owner_keys add constraint owner_keys_of_owner unique (owner_id, id);

create table dashboard_sessions (
  id text primary key,
  owner_id text not null references owners (id),
  kind text not null check (kind in ('owner_key', 'member', 'oidc_user')),
  owner_key_id text,
  -- of the key at the sign-in: a rotated key has another, and its sessions are over
  owner_key_version integer,
  member_id text,
  -- what the identity provider said at the sign-in
  subject text,
  person_name text,
  person_email text,
  role text check (role in ('admin', 'developer', 'viewer')),
  secret_hash bytea not null unique,
  user_agent text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  check (kind <> 'owner_key' or (owner_key_id is not null and owner_key_version is not null)),
  check (kind <> 'member' or member_id is not null),
  check (kind <> 'oidc_user' or (subject is not null and role is not null)),
  foreign key (owner_id, owner_key_id) references owner_keys (owner_id, id),
  foreign key (owner_id, member_id) references members (owner_id, id)
);
create index dashboard_sessions_by_owner on dashboard_sessions (owner_id, created_at desc, id desc);
create index dashboard_sessions_by_owner_key on dashboard_sessions (owner_key_id);
create index dashboard_sessions_by_member on dashboard_sessions (member_id);

alter table dashboard_sessions enable row level security;
alter table dashboard_sessions force row level security;
create policy owner_owns on dashboard_sessions to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_touches on dashboard_sessions to microapp_system using (true) with check (true);
create policy lookup_reads on dashboard_sessions for select to microapp_lookup using (true);
grant select, insert, delete on dashboard_sessions to microapp_owner;
grant update (ended_at) on dashboard_sessions to microapp_owner;
grant select (id, last_used_at), update (last_used_at) on dashboard_sessions to microapp_system;
grant select (id, owner_id, secret_hash) on dashboard_sessions to microapp_lookup;

create constraint trigger dashboard_sessions_notify after update of ended_at or delete on dashboard_sessions
  deferrable initially deferred for each row execute function notify_change('dashboard_session');

set local role microapp_lookup;

create function lookup.dashboard_session(hash bytea) returns table (id text, owner_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.id, s.owner_id from public.dashboard_sessions s where s.secret_hash = hash
$$;

create function lookup.member_link(hash bytea) returns table (id text, owner_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.id, m.owner_id from public.members m where m.link_hash = hash
$$;

revoke all on function lookup.dashboard_session(bytea), lookup.member_link(bytea) from public;
grant execute on function lookup.dashboard_session(bytea), lookup.member_link(bytea) to microapp_system;
reset role;
