-- A credential arrives before its tenant is known. These answer with identifiers only; the record itself is then read
-- inside the tenant's own wall.
grant usage on schema lookup to microapp_lookup;
set local role microapp_lookup;

create function lookup.owner_key(hash bytea) returns table (id text, owner_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.id, k.owner_id from public.owner_keys k where k.secret_hash = hash
$$;

create function lookup.embed_token(hash bytea) returns table (id text, owner_id text, workspace_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.id, t.owner_id, t.workspace_id from public.embed_tokens t where t.secret_hash = hash
$$;

create function lookup.client_token(value text) returns table (id text, owner_id text, workspace_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.id, t.owner_id, t.workspace_id from public.client_tokens t where t.token = value
$$;

create function lookup.embed_ticket(hash bytea) returns table (owner_id text, workspace_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.owner_id, t.workspace_id from public.embed_tickets t where t.secret_hash = hash
$$;

revoke all on all functions in schema lookup from public;
grant execute on all functions in schema lookup to microapp_system;
reset role;
