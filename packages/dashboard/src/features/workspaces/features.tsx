import { permissions, type Permission } from '@microapp/contract';
import { Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { SaveBar } from '../../ui/save-bar.tsx';
import { featureWords } from './feature-words.ts';
import { useManaged } from './manage.tsx';
import type { Workspace } from './queries.ts';
import { useChangeWorkspace } from './use-change.ts';

/** What the customer has bought: no token and no surface of it can do more. */
export function Component() {
  const workspace = useManaged();
  return (
    <KeepEdits version={`${workspace.id} ${workspace.updatedAt}`}>
      <FeaturesForm workspace={workspace} />
    </KeepEdits>
  );
}

function FeaturesForm({ workspace }: { workspace: Workspace }) {
  const mayChange = useMay()('workspaces:write');
  const change = useChangeWorkspace(workspace.id);
  const [features, setFeatures] = useState<ReadonlySet<Permission>>(new Set(workspace.features));
  const isDirty =
    features.size !== workspace.features.length || workspace.features.some((feature) => !features.has(feature));

  function toggle(feature: Permission, isOn: boolean): void {
    const next = new Set(features);
    if (isOn) next.add(feature);
    else next.delete(feature);
    setFeatures(next);
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ features: [...features] }, { onSuccess: () => notifyOfSuccess('Saved.') });
      }}
    >
      <Stack maw={640}>
        <Text c="dimmed">
          Turning a feature off stops what depends on it on the next request, in tokens that were made before, too.
        </Text>
        {change.error !== null && <ErrorNotice error={change.error} />}
        {permissions.map((feature) => (
          <Switch
            key={feature}
            label={featureWords[feature].label}
            description={featureWords[feature].description}
            checked={features.has(feature)}
            disabled={!mayChange}
            onChange={({ currentTarget: { checked } }) => toggle(feature, checked)}
          />
        ))}
        {mayChange && (
          <SaveBar
            isDirty={isDirty}
            isSaving={change.isPending}
            onDiscard={() => setFeatures(new Set(workspace.features))}
          />
        )}
      </Stack>
    </form>
  );
}
