import { Anchor, Card, Code, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ApiError } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { SaveBar } from '../../ui/save-bar.tsx';
import { ClientToken } from './client-token.tsx';
import { entryForOrigin, judgeEntries } from './origin-entries.ts';
import { OriginsEditor } from './origins-editor.tsx';
import { useSurfaceActions, type Environment, type Surface } from './queries.ts';
import { SeenLive } from './seen-live.tsx';
import { useMayChange, useOpenSurface } from './surface.tsx';

/** Where the surface may be used, and by which token. */
export function Component() {
  const surface = useOpenSurface();
  return (
    <Stack gap="lg">
      <KeepEdits version={`${surface.id} ${surface.updatedAt}`}>
        <AllowedOrigins surface={surface} />
      </KeepEdits>
      <ClientToken surface={surface} />
      <Distinction />
    </Stack>
  );
}

function AllowedOrigins({ surface }: { surface: Surface }) {
  const mayChange = useMayChange();
  const { change } = useSurfaceActions(surface.id);
  const [search, setSearch] = useSearchParams();
  const initial = { entries: surface.allowedOrigins, environment: surface.environment };
  // A page that was refused and is to be let in comes by the address, and waits in the list to be saved.
  const [draft, setDraft] = useState<{ entries: readonly string[]; environment: Environment }>(() => ({
    ...initial,
    entries: withEntry(initial.entries, search.get('add'), surface.environment),
  }));
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const isDirty =
    typed.trim() !== '' ||
    draft.environment !== initial.environment ||
    draft.entries.length !== initial.entries.length ||
    draft.entries.some((entry, index) => entry !== initial.entries[index]);

  function discard(): void {
    setDraft(initial);
    setTyped('');
    setProblem(undefined);
    change.reset();
    setSearch({}, { replace: true });
  }

  function save(): void {
    // What was typed and not added is meant, too.
    const { added, rejected } = judgeEntries(typed, draft.entries, draft.environment);
    const entries = [...draft.entries, ...added];
    setDraft({ ...draft, entries });
    setTyped(rejected.join(' '));
    if (rejected.length > 0) {
      setProblem('Nothing is saved yet: correct or remove what stands in the field.');
      return;
    }
    setProblem(undefined);
    // It is in the list now, and must not come back when it is taken out again.
    setSearch({}, { replace: true });
    change.mutate(
      { allowedOrigins: entries, environment: draft.environment },
      { onSuccess: () => notifyOfSuccess('Saved. The list holds from the next request.') },
    );
  }

  const issues = issuesByEntry(change.error);
  return (
    <>
      <Card component="section" aria-labelledby="allowed-origins">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Stack>
            <Title order={2} id="allowed-origins">
              Where it may be used
            </Title>
            <Text c="dimmed" maw={640}>
              The widget works on listed domains only. Requests from others are refused. A domain that is added works at
              once, and one that is removed loses its open widgets.
            </Text>
            {change.error !== null && issues === undefined && <ErrorNotice error={change.error} />}
            <Stack gap={4}>
              <Text fw={600} id="environment">
                Environment
              </Text>
              <SegmentedControl
                aria-labelledby="environment"
                value={draft.environment}
                onChange={(environment) => setDraft({ ...draft, environment })}
                data={[
                  { value: 'development', label: 'Development' },
                  { value: 'production', label: 'Production' },
                ]}
                readOnly={!mayChange}
                w="fit-content"
              />
              <Text size="sm" c="dimmed" maw={640}>
                {draft.environment === 'production'
                  ? 'Production: list live domains only. Staging and local addresses belong on a development surface, so that no production widget runs on a development site.'
                  : 'Development: list staging and local addresses, such as localhost:3000 or *.ngrok.io. “*” allows every site, for testing only.'}{' '}
                Each surface has one environment, a list and a token of its own.{' '}
                {mayChange && (
                  <Anchor
                    component={Link}
                    to={`/surfaces/new?workspaceId=${surface.workspaceId}&environment=${otherThan(surface.environment)}`}
                    size="sm"
                    underline="always"
                  >
                    Make one for {otherThan(surface.environment)}
                  </Anchor>
                )}
              </Text>
            </Stack>
            <OriginsEditor
              entries={draft.entries}
              saved={surface.allowedOrigins}
              environment={draft.environment}
              typed={typed}
              {...(issues !== undefined && { issues })}
              isReadOnly={!mayChange}
              onChange={(entries, text) => {
                setDraft({ ...draft, entries });
                setTyped(text);
              }}
            />
            {problem !== undefined && typed !== '' && (
              <Text c="var(--app-bad)" role="alert">
                {problem}
              </Text>
            )}
            {mayChange && <SaveBar isDirty={isDirty} isSaving={change.isPending} onDiscard={discard} />}
          </Stack>
        </form>
      </Card>
      <SeenLive
        surfaceId={surface.id}
        onAdd={
          mayChange
            ? (origin) => setDraft({ ...draft, entries: withEntry(draft.entries, origin, draft.environment) })
            : undefined
        }
      />
    </>
  );
}

/** The list with the host of `origin`; as it was where that is none, or stands in it already. */
function withEntry(entries: readonly string[], origin: string | null, environment: Environment): readonly string[] {
  if (origin === null) return entries;
  return [...entries, ...judgeEntries(entryForOrigin(origin), entries, environment).added];
}

/** What the server found wrong with single entries; undefined unless that is all. */
function issuesByEntry(error: Error | null): Record<number, string> | undefined {
  if (!(error instanceof ApiError) || error.issues.length === 0) return undefined;
  const found: Record<number, string> = {};
  for (const { path, message } of error.issues) {
    const [, index] = /^allowedOrigins\.(\d+)$/.exec(path) ?? [];
    if (index === undefined) return undefined;
    found[Number(index)] = message;
  }
  return found;
}

function otherThan(environment: Environment): Environment {
  return environment === 'production' ? 'development' : 'production';
}

function Distinction() {
  return (
    <Card component="section" aria-labelledby="distinction">
      <Stack gap="xs">
        <Title order={2} id="distinction">
          Client tokens are not API keys
        </Title>
        <Text maw={640}>
          A client token (<Code>wk_pub_…</Code>) is public. It stands in the website, works on the allowed origins only,
          and is good for one thing: asking for a session of this surface.
        </Text>
        <Text maw={640}>
          An API key is secret and belongs on a server. For an API surface use an API key, never a client token.
        </Text>
        <Group>
          <Anchor component={Link} to="/developers/api-keys">
            API keys
          </Anchor>
        </Group>
      </Stack>
    </Card>
  );
}
