-- A ticket is good once: redeeming it deletes the row.
create table embed_tickets (
  secret_hash bytea primary key,
  owner_id text not null,
  workspace_id text not null,
  surface_id text,
  credential_class text not null check (credential_class in ('embed_token', 'client_token')),
  credential_id text not null,
  credential_version integer not null,
  apps text[] not null,
  origin text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);
create index embed_tickets_by_expiry on embed_tickets (expires_at);

alter table embed_tickets enable row level security;
alter table embed_tickets force row level security;
create policy workspace_owns on embed_tickets to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy system_sweeps on embed_tickets to microapp_system using (true) with check (true);
create policy lookup_reads on embed_tickets for select to microapp_lookup using (true);
grant select, insert, delete on embed_tickets to microapp_workspace;
grant select (expires_at), delete on embed_tickets to microapp_system;
grant select (owner_id, workspace_id, secret_hash) on embed_tickets to microapp_lookup;

-- The keys that sign embed sessions; the private half is sealed with a key that is not in the database.
create table signing_keys (
  id text primary key,
  public_jwk jsonb not null,
  private_key_sealed bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
alter table signing_keys enable row level security;
alter table signing_keys force row level security;
create policy system_signs on signing_keys to microapp_system using (true) with check (true);
grant select, insert on signing_keys to microapp_system;
grant update (retired_at) on signing_keys to microapp_system;
