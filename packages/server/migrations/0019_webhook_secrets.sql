-- What an owner's endpoints know our calls by: one symmetric key for each owner, sealed with a key that is not in the
-- database. Nothing remembers it, so nothing is notified: the next call reads the row.
create table webhook_secrets (
  id text primary key,
  owner_id text not null unique references owners (id),
  secret_sealed bytea not null,
  secret_last4 text not null,
  version integer not null default 1,
  created_at timestamptz not null
);

alter table webhook_secrets enable row level security;
alter table webhook_secrets force row level security;
create policy owner_owns on webhook_secrets to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_reseals on webhook_secrets to microapp_system using (true) with check (true);
grant select, insert on webhook_secrets to microapp_owner;
grant update (secret_sealed, secret_last4, version, created_at) on webhook_secrets to microapp_owner;
grant select (id, secret_sealed), update (secret_sealed) on webhook_secrets to microapp_system;
