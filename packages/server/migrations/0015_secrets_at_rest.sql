-- An owner's key for an AI provider. The key is sealed with a key that is not in the database; deleting one destroys it
-- and leaves the rest of the row, so that the audit trail still has something to point to.
create table provider_keys (
  id text primary key,
  owner_id text not null references owners (id),
  provider text not null check (provider in ('openai', 'anthropic', 'google', 'mistral', 'openai-compatible')),
  name text,
  base_url text,
  key_sealed bytea,
  key_last4 text not null,
  is_active boolean not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  unique (owner_id, id)
);
create index provider_keys_by_owner on provider_keys (owner_id, created_at desc, id desc);

alter table provider_keys enable row level security;
alter table provider_keys force row level security;
create policy owner_owns on provider_keys to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_reseals on provider_keys to microapp_system using (true) with check (true);
grant select, insert on provider_keys to microapp_owner;
grant update (name, base_url, key_sealed, key_last4, is_active, version, updated_at, deleted_at) on provider_keys to microapp_owner;
grant select (id, key_sealed), update (key_sealed) on provider_keys to microapp_system;

create constraint trigger provider_keys_notify
  after update or delete on provider_keys
  deferrable initially deferred for each row execute function notify_change('provider_key');

-- A key is published before it signs, and verifies after it has stopped: `signs_from` is when it takes over. The keys
-- that are there already have done so long ago.
alter table signing_keys add column signs_from timestamptz not null default 'epoch';
alter table signing_keys alter column signs_from drop default;
-- Retired: the next rotation has come, and nothing that it signed is alive. Revoked: somebody took it away at once.
alter table signing_keys add column revoked_at timestamptz;
grant update (private_key_sealed, signs_from, revoked_at) on signing_keys to microapp_system;

-- Signing keys belong to the installation, so their changes are made as the system, and audited in the same transaction.
create policy system_writes on audit_log for insert to microapp_system with check (true);
grant insert on audit_log to microapp_system;
