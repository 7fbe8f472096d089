-- Only tools run for whoever asks; the server says so in words, this is the wall behind it.
alter table apps add constraint apps_public_runs_of_tools check (kind = 'tool' or not public_runs);

-- A request without a credential names nothing but a slug, so whose tool that is must be found before a tenant is known.
-- Like the look-ups by secret this answers with identifiers only, and of tools that are open to everybody: of any other
-- slug there is nothing to find out here.
create policy lookup_reads on apps for select to microapp_lookup using (true);
grant select (id, owner_id, slug, kind, status, public_runs, deleted_at) on apps to microapp_lookup;
set local role microapp_lookup;

create function lookup.public_tool(wanted text) returns table (id text, owner_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.id, a.owner_id from public.apps a
  where a.slug = wanted and a.deleted_at is null and a.kind = 'tool' and a.status = 'live' and a.public_runs
$$;

revoke all on function lookup.public_tool(text) from public;
grant execute on function lookup.public_tool(text) to microapp_system;
reset role;
