import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { permissionOfKind } from '@microapp/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { Page } from '../../ui/page.tsx';
import { useLeaveGuard } from '../../ui/use-leave-guard.ts';
import { useAppChoices, type App } from '../apps/queries.ts';
import { CustomerSelect } from '../workspaces/customer-select.tsx';
import { useWorkspace } from '../workspaces/queries.ts';
import { judgeEntries } from './origin-entries.ts';
import { OriginsEditor } from './origins-editor.tsx';
import type { Environment, SurfaceWanted } from './queries.ts';
import { ScopeFields, type SurfaceScope } from './scope-fields.tsx';
import { useMayChange } from './surface.tsx';

const proposedName = 'Website';
const fields = ['workspaceId', 'name', 'environment', 'apps', 'permissions', 'allowedOrigins'];

function scopeOf(app: App | undefined): SurfaceScope {
  return app === undefined
    ? { apps: [], permissions: [] }
    : { apps: [app.slug], permissions: [permissionOfKind[app.kind]] };
}

/** `/surfaces/new`: what a surface cannot do without. Look and limits come later. */
export function Component() {
  const mayChange = useMayChange();
  if (!mayChange) return <Navigate to="/surfaces" replace />;
  return (
    <Page
      title="New surface"
      parent={{ to: '/surfaces', label: 'Surfaces' }}
      description="A place on a customer’s website. Its client token is made with it, and is public."
    >
      <NewSurface />
    </Page>
  );
}

function NewSurface() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [workspaceId, setWorkspaceId] = useState(search.get('workspaceId') ?? '');
  const customer = useWorkspace(workspaceId);
  const apps = useAppChoices();
  const [name, setName] = useState(proposedName);
  const [environment, setEnvironment] = useState<Environment>(
    search.get('environment') === 'development' ? 'development' : 'production',
  );
  const [chosen, setScope] = useState<SurfaceScope>();
  // Until somebody chooses: the app that the link names.
  const asked = apps.data?.find(({ slug }) => slug === search.get('app'));
  const scope = chosen ?? scopeOf(asked);
  const [origins, setOrigins] = useState<{ entries: readonly string[]; typed: string }>({ entries: [], typed: '' });
  const [isTried, setTried] = useState(false);

  const create = useMutation({
    mutationFn: async (body: SurfaceWanted) => answerOf(api.POST('/v1/surfaces', { body })),
    async onSuccess(surface) {
      queries.setQueryData(['surfaces', surface.id], surface);
      await queries.invalidateQueries({ queryKey: ['surfaces', 'list'] });
      await navigate(`/surfaces/${surface.id}`);
    },
  });
  const found = create.error === null ? undefined : issuesByField(create.error, fields);
  const isBegun =
    name !== proposedName || chosen !== undefined || origins.entries.length > 0 || origins.typed.trim() !== '';
  useLeaveGuard(isBegun, create.isPending);

  const missing = {
    workspaceId: workspaceId === '' ? 'Choose the customer.' : undefined,
    name: name.trim() === '' ? 'Give the surface a name.' : undefined,
    apps: scope.apps.length === 0 ? 'Choose at least one app.' : undefined,
    permissions: scope.permissions.length === 0 ? 'Choose at least one.' : undefined,
  };
  const errorOf = (field: keyof typeof missing) => found?.fields[field] ?? (isTried ? missing[field] : undefined);

  function submit(): void {
    setTried(true);
    const { added, rejected } = judgeEntries(origins.typed, origins.entries, environment);
    const entries = [...origins.entries, ...added];
    setOrigins({ entries, typed: rejected.join(' ') });
    if (rejected.length > 0 || Object.values(missing).some((problem) => problem !== undefined)) return;
    create.mutate({ workspaceId, name: name.trim(), environment, ...scope, allowedOrigins: entries });
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack maw={640}>
        {customer.error !== null && <ErrorNotice error={customer.error} onRetry={() => void customer.refetch()} />}
        {found?.rest !== undefined && <ErrorNotice error={found.rest} />}
        <CustomerSelect
          label="Customer"
          placeholder="Choose a customer"
          value={workspaceId}
          onChange={setWorkspaceId}
          error={errorOf('workspaceId')}
          required
        />
        <TextInput
          label="Name"
          description="Where it stands, for example “Shop footer”."
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
          error={errorOf('name')}
          autoComplete="off"
          required
        />
        <Stack gap={4}>
          <Text fw={600} id="new-environment">
            Environment
          </Text>
          <SegmentedControl
            aria-labelledby="new-environment"
            value={environment}
            onChange={(value) => setEnvironment(value)}
            data={[
              { value: 'development', label: 'Development' },
              { value: 'production', label: 'Production' },
            ]}
            w="fit-content"
          />
          <Text size="sm" c="dimmed">
            {environment === 'production'
              ? 'For live domains only. Make a second surface for staging and local addresses.'
              : 'For staging and local addresses, such as localhost:3000.'}
          </Text>
        </Stack>
        <ScopeFields
          scope={scope}
          onChange={setScope}
          features={customer.data?.features}
          errors={{ apps: errorOf('apps'), permissions: errorOf('permissions') }}
        />
        <OriginsEditor
          entries={origins.entries}
          saved={origins.entries}
          environment={environment}
          typed={origins.typed}
          isReadOnly={false}
          onChange={(entries, typed) => setOrigins({ entries, typed })}
        />
        <Group>
          <Button type="submit" loading={create.isPending}>
            Create surface
          </Button>
          <Button variant="default" component={Link} to="/surfaces">
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
