import type { Permission } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import { issuesOfFeatures, type WorkspaceRow } from '../workspaces/index.ts';

/** 409 unless the workspace has a feature for each permission. What it loses later is checked when the surface is used. */
export function checkFeatures(workspace: WorkspaceRow, permissions: readonly Permission[]): void {
  const issues = issuesOfFeatures(workspace, permissions);
  if (issues.length === 0) return;
  throw new AppError('conflict', { message: 'A surface cannot allow more than its workspace may.', issues });
}
