import { missingFrom, permissionOfKind, permissions as allPermissions, type Permission } from '@microapp/contract';
import { Checkbox, MultiSelect, Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useAppChoices } from '../apps/queries.ts';
import { featureWords } from '../workspaces/feature-words.ts';

export type SurfaceScope = { apps: string[]; permissions: Permission[] };

type ScopeFieldsProps = {
  scope: SurfaceScope;
  onChange: (scope: SurfaceScope) => void;
  /** What the customer may use; a surface cannot allow more. Undefined while no customer is chosen. */
  features: readonly Permission[] | undefined;
  errors: { apps?: ReactNode; permissions?: ReactNode };
  isReadOnly?: boolean;
};

/** Which apps a surface shows and what its visitors may do. An app that joins brings the permission that it needs. */
export function ScopeFields({ scope, onChange, features, errors, isReadOnly = false }: ScopeFieldsProps) {
  const apps = useAppChoices();
  if (apps.error !== null && apps.data === undefined) {
    return <ErrorNotice error={apps.error} onRetry={() => void apps.refetch()} />;
  }
  if (apps.data === undefined) return <Skeleton height={240} />;
  const kindOf = new Map(apps.data.map(({ slug, kind }) => [slug, kind]));
  // What the surface has already stays choosable, whatever has become of it.
  const unknown = scope.apps.filter((slug) => !kindOf.has(slug));

  function changeApps(chosen: string[]): void {
    const needed = missingFrom(scope.apps, chosen).flatMap((slug) => {
      const kind = kindOf.get(slug);
      return kind === undefined ? [] : [permissionOfKind[kind]];
    });
    onChange({ apps: chosen, permissions: [...new Set([...scope.permissions, ...needed])] });
  }

  return (
    <Stack>
      <MultiSelect
        label="Apps"
        description="Several are shown as tabs, in this order."
        placeholder={scope.apps.length === 0 ? 'Choose apps' : ''}
        data={[
          ...apps.data.map(({ slug, name, status }) => ({
            value: slug,
            label: status === 'live' ? name : `${name} (draft)`,
          })),
          ...unknown.map((slug) => ({ value: slug, label: slug })),
        ]}
        value={scope.apps}
        onChange={changeApps}
        error={errors.apps}
        searchable
        required
        readOnly={isReadOnly}
        nothingFoundMessage="No app of that name"
      />
      <Checkbox.Group
        label="What visitors may do"
        description="Chosen by the apps."
        value={scope.permissions}
        onChange={(chosen) => onChange({ ...scope, permissions: allPermissions.filter((one) => chosen.includes(one)) })}
        error={errors.permissions}
        readOnly={isReadOnly}
        required
      >
        <Stack gap="xs" mt="xs" mb={4}>
          {allPermissions.map((permission) => {
            const isLacking = features !== undefined && !features.includes(permission);
            return (
              <Checkbox
                key={permission}
                value={permission}
                label={featureWords[permission].label}
                description={
                  isLacking ? 'The customer does not have this feature.' : featureWords[permission].description
                }
                // One that is chosen can always be taken back.
                disabled={isReadOnly || (isLacking && !scope.permissions.includes(permission))}
              />
            );
          })}
        </Stack>
      </Checkbox.Group>
    </Stack>
  );
}
