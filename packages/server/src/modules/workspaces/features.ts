import { missingFrom, type Issue, type Permission } from '@microapp/contract';
import type { WorkspaceRow } from './store.ts';

/** One issue for each of the permissions that the workspace has no feature for: nothing in it may do more than it may. */
export function issuesOfFeatures(workspace: WorkspaceRow, permissions: readonly Permission[]): Issue[] {
  const features = workspace.features as Permission[]; // checked by the schema when saved
  return missingFrom(features, permissions).map((permission) => ({
    path: 'permissions',
    message: `the workspace lacks the feature "${permission}"`,
  }));
}
