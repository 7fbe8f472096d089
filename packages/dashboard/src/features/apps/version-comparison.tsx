import { Group, SegmentedControl, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import type { Change } from './kinds/app-kind.ts';
import { screensOf } from './kinds/app-kinds.ts';
import { useVersion, useVersions, type App } from './queries.ts';
import { SpecDiff } from './spec-diff-view.tsx';

type VersionComparisonProps = { app: App; version: number; spec: unknown };
type Side = { name: string; spec: unknown };

/** What changed between a version and the draft, or another version: from the older to the newer. */
export function VersionComparison({ app, version, spec }: VersionComparisonProps) {
  const [shown, setShown] = useUrlState({ with: 'draft', view: 'words' });
  const changesOf = screensOf(app.kind)?.changesOf;
  const versions = useVersions(app.slug);
  const number = shown.with === 'draft' ? undefined : Number(shown.with);
  const other = useVersion(app.slug, number);
  const self: Side = { name: `version ${version}`, spec };
  const theirs: Side =
    number === undefined
      ? { name: 'the draft', spec: app.spec }
      : { name: `version ${number}`, spec: other.data?.spec };
  const [older, newer] = number !== undefined && number < version ? [theirs, self] : [self, theirs];

  return (
    <Stack gap="sm" component="section" aria-labelledby="changes-title">
      <Group justify="space-between" align="flex-end">
        <Title order={2} id="changes-title">
          What changed from {older.name} to {newer.name}
        </Title>
        {changesOf !== undefined && (
          <SegmentedControl
            aria-label="How changes are shown"
            styles={{ label: { color: 'var(--mantine-color-text)' } }}
            data={[
              { value: 'words', label: 'Words' },
              { value: 'json', label: 'JSON' },
            ]}
            value={shown.view}
            onChange={(view) => setShown({ view })}
          />
        )}
      </Group>
      <Select
        label="Compared with"
        data={[
          { value: 'draft', label: 'The draft' },
          ...(versions.rows ?? [])
            .filter((row) => row.version !== version)
            .map((row) => ({ value: String(row.version), label: `Version ${row.version}` })),
        ]}
        value={shown.with}
        allowDeselect={false}
        onChange={(value) => setShown({ with: value ?? 'draft' })}
        maw={240}
      />
      {other.error !== null && <ErrorNotice error={other.error} onRetry={() => void other.refetch()} />}
      {other.error === null && theirs.spec === undefined && <Skeleton height={120} />}
      {theirs.spec !== undefined &&
        (changesOf === undefined || shown.view === 'json' ? (
          <SpecDiff before={older.spec} after={newer.spec} label={`Difference of ${older.name} and ${newer.name}`} />
        ) : (
          <Changes changes={changesOf(older.spec, newer.spec)} />
        ))}
    </Stack>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <Text c="dimmed">Nothing: they are the same.</Text>;
  return (
    <ul style={{ margin: 0, paddingLeft: 20 }}>
      {changes.map(({ subject, text }) => (
        <li key={`${subject} ${text}`} style={{ overflowWrap: 'anywhere' }}>
          <Text span fw={600} inherit>
            {subject}
          </Text>{' '}
          {text}
        </li>
      ))}
    </ul>
  );
}
