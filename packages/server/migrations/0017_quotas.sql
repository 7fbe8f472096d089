-- A run is written down when it begins and settled when it ends, so that what it uses is reserved before it runs, and so
-- that one whose process died is found.
alter table runs
  add column instance_id text,
  add column ai_actions integer not null default 0,
  alter column duration_ms drop not null,
  drop constraint runs_status_check,
  add constraint runs_status_check check (status in ('running', 'ok', 'failed', 'canceled'));

grant update (status, error_code, error_detail, duration_ms), delete on runs to microapp_workspace;
-- The ledger is final: whatever the code does, a run that is settled neither changes nor goes away.
create policy settled_stay_as_they_are on runs as restrictive for update to microapp_workspace
  using (status = 'running') with check (true);
create policy settled_stay on runs as restrictive for delete to microapp_workspace using (status = 'running');

-- Whoever settles the runs of a process that is gone has to find them first, whosever they are.
create policy system_finds_running on runs for select to microapp_system using (status = 'running');
grant select (id, owner_id, workspace_id, instance_id, status) on runs to microapp_system;
create index runs_running on runs (instance_id) where status = 'running';

-- What the owner narrows the ledger by.
create index runs_by_app on runs (app_id, started_at desc, id desc);
create index runs_by_surface on runs (surface_id, started_at desc, id desc) where surface_id is not null;
create index runs_by_credential on runs (credential_id, started_at desc, id desc);
create index runs_unsuccessful_by_owner on runs (owner_id, started_at desc, id desc) where status <> 'ok';

-- Settled runs by day, app and surface; without a surface of its own where an embed token or an API key ran it.
alter table usage_daily
  add column surface_id text,
  add column canceled_runs integer not null default 0,
  add column ai_actions integer not null default 0,
  drop constraint usage_daily_pkey,
  add constraint usage_daily_key unique nulls not distinct (workspace_id, app_id, surface_id, day),
  add foreign key (workspace_id, surface_id) references surfaces (workspace_id, id);
grant update (canceled_runs, ai_actions) on usage_daily to microapp_workspace;

-- What a customer may use in a UTC day; a surface has limits of its own.
alter table workspaces add column limits jsonb not null default '{}';
grant update (limits) on workspaces to microapp_owner;

-- What is used of a day's quotas, runs under way included: one row for the owner (workspace_id is null), one for each
-- workspace (surface_id is null) and one for each surface. `failed_runs` and `running` count in the owner's row only. The
-- rows are updated for every run, hence the free room in their pages.
create table quota_days (
  owner_id text not null references owners (id),
  workspace_id text,
  surface_id text,
  day date not null,
  runs integer not null default 0 check (runs >= 0),
  ai_actions integer not null default 0 check (ai_actions >= 0),
  failed_runs integer not null default 0 check (failed_runs >= 0),
  running integer not null default 0 check (running >= 0),
  unique nulls not distinct (owner_id, workspace_id, surface_id, day),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
) with (fillfactor = 50);

alter table quota_days enable row level security;
alter table quota_days force row level security;
create policy workspace_owns on quota_days to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on quota_days to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_counts on quota_days to microapp_system using (true) with check (true);
grant select on quota_days to microapp_owner;
grant select, insert on quota_days to microapp_system;
grant update (runs, ai_actions, failed_runs, running) on quota_days to microapp_system;

-- That 80 or 100 percent of a quota were reached: once a day, however often that happens again after runs were given back.
create table quota_alerts (
  owner_id text not null references owners (id),
  workspace_id text,
  surface_id text,
  day date not null,
  quota text not null check (quota in ('runs', 'aiActions', 'failedRuns')),
  threshold_percent smallint not null,
  allowed integer not null,
  at timestamptz not null,
  unique nulls not distinct (owner_id, workspace_id, surface_id, day, quota, threshold_percent),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);
create index quota_alerts_by_owner on quota_alerts (owner_id, at desc);

alter table quota_alerts enable row level security;
alter table quota_alerts force row level security;
create policy workspace_owns on quota_alerts to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on quota_alerts to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_notes on quota_alerts to microapp_system using (true) with check (true);
grant select on quota_alerts to microapp_owner;
grant select, insert on quota_alerts to microapp_system;

-- A run happens inside its workspace's wall, and counts in its owner's row as well, which is outside. These functions are
-- the gap, and all that fits through it: whose rows they touch is what the transaction was opened for, and no argument.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant microapp_system to %I', current_user);
  end if;
end
$$;
create schema quotas authorization microapp_system;
set local role microapp_system;
revoke all on schema quotas from public;
grant usage on schema quotas to microapp_workspace;

-- Writes down which thresholds are reached that were not before, that day, and answers them in percent.
create function quotas.note(
  of_scope text, of_surface text, of_quota text, on_day date, at_moment timestamptz, used integer, limit_is integer
) returns smallint[]
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  reached smallint[];
begin
  -- Nothing is reached where nothing is allowed: whoever sets a limit of 0 knows.
  if coalesce(limit_is, 0) = 0 or used::bigint * 100 < limit_is::bigint * 80 then
    return '{}';
  end if;
  with noted as (
    insert into public.quota_alerts (owner_id, workspace_id, surface_id, quota, day, at, threshold_percent, allowed)
    select current_setting('app.owner_id'),
      case when of_scope <> 'owner' then current_setting('app.workspace_id') end,
      case when of_scope = 'surface' then of_surface end,
      of_quota, on_day, at_moment, threshold, limit_is
    from unnest(array[80, 100]::smallint[]) threshold
    where used::bigint * 100 >= limit_is::bigint * threshold
    on conflict do nothing
    returning threshold_percent
  )
  select coalesce(array_agg(threshold_percent order by threshold_percent), '{}') into reached from noted;
  return reached;
end
$$;

-- Takes one run and its AI actions from the day of owner, workspace and surface, always in this order, so that no two
-- runs wait for each other's rows. Each step is one conditional statement, which waits for whoever holds the row and then
-- judges what is there. Stops at the first that refuses; the caller rolls everything back then.
--
-- A run under way may still fail, so it counts against what is left of the failed runs: or a thousand runs that begin
-- together below the cap could all fail above it.
create function quotas.reserve(
  on_day date, at_moment timestamptz, of_surface text, wanted_ai integer,
  runs_limits integer[], ai_limits integer[], failed_limit integer
) returns table (
  of_scope text, granted boolean, used_runs integer, used_ai integer, failed integer, in_flight integer,
  runs_limit integer, ai_limit integer, runs_reached smallint[], ai_reached smallint[]
)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  unlimited constant integer := 2147483647;
  the_owner constant text := current_setting('app.owner_id');
  the_workspace text;
  the_surface text;
begin
  for place in 1 .. case when of_surface is null then 2 else 3 end loop
    of_scope := (array['owner', 'workspace', 'surface'])[place];
    the_workspace := case when place > 1 then current_setting('app.workspace_id') end;
    the_surface := case when place > 2 then of_surface end;
    runs_limit := runs_limits[place];
    ai_limit := ai_limits[place];
    insert into public.quota_days as counter (owner_id, workspace_id, surface_id, day, runs, ai_actions, running)
    select the_owner, the_workspace, the_surface, on_day, 1, wanted_ai, case when place = 1 then 1 else 0 end
    where coalesce(runs_limit, unlimited) >= 1
      and (wanted_ai = 0 or wanted_ai <= coalesce(ai_limit, unlimited))
      and (place > 1 or failed_limit >= 1)
    on conflict (owner_id, workspace_id, surface_id, day) do update
      set runs = counter.runs + 1, ai_actions = counter.ai_actions + excluded.ai_actions,
        running = counter.running + excluded.running
      where counter.runs < coalesce(runs_limit, unlimited)
        and (wanted_ai = 0 or counter.ai_actions <= coalesce(ai_limit, unlimited) - wanted_ai)
        and (place > 1 or counter.failed_runs + counter.running < failed_limit)
    returning counter.runs, counter.ai_actions, counter.failed_runs, counter.running
      into used_runs, used_ai, failed, in_flight;
    granted := found;
    if not granted then
      select coalesce(max(counter.runs), 0), coalesce(max(counter.ai_actions), 0),
          coalesce(max(counter.failed_runs), 0), coalesce(max(counter.running), 0)
        into used_runs, used_ai, failed, in_flight
        from public.quota_days counter
        where counter.owner_id = the_owner and counter.workspace_id is not distinct from the_workspace
          and counter.surface_id is not distinct from the_surface and counter.day = on_day;
      return next;
      return;
    end if;
    runs_reached := quotas.note(of_scope, of_surface, 'runs', on_day, at_moment, used_runs, runs_limit);
    ai_reached := case
      when wanted_ai = 0 then '{}'
      else quotas.note(of_scope, of_surface, 'aiActions', on_day, at_moment, used_ai, ai_limit)
    end;
    return next;
  end loop;
end
$$;

-- Takes a run off those under way on the day that it was reserved on, and gives back what it does not keep: of a failed one,
-- which counts as such, and of a refused one. Answers the thresholds of failed runs that are reached with it.
create function quotas.settle(
  on_day date, at_moment timestamptz, of_surface text, reserved_ai integer, outcome text, failed_limit integer
) returns smallint[]
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  back constant integer := case when outcome in ('failed', 'refused') then 1 else 0 end;
  failed integer;
begin
  update public.quota_days
    set running = running - 1, runs = runs - back, ai_actions = ai_actions - back * reserved_ai,
      failed_runs = failed_runs + case when outcome = 'failed' then 1 else 0 end
    where owner_id = current_setting('app.owner_id') and workspace_id is null and surface_id is null and day = on_day
    returning failed_runs into strict failed;
  if back = 1 then
    update public.quota_days set runs = runs - 1, ai_actions = ai_actions - reserved_ai
      where owner_id = current_setting('app.owner_id') and workspace_id = current_setting('app.workspace_id')
        and surface_id is null and day = on_day;
    if of_surface is not null then
      update public.quota_days set runs = runs - 1, ai_actions = ai_actions - reserved_ai
        where owner_id = current_setting('app.owner_id') and workspace_id = current_setting('app.workspace_id')
          and surface_id = of_surface and day = on_day;
    end if;
  end if;
  if outcome <> 'failed' then
    return '{}';
  end if;
  return quotas.note('owner', null, 'failedRuns', on_day, at_moment, failed, failed_limit);
end
$$;

revoke all on all functions in schema quotas from public;
grant execute on all functions in schema quotas to microapp_workspace;
reset role;
