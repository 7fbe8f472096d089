/** What verification asks of the workspace and the owner behind a credential. */
export type TenantStanding = { ownerActive: boolean; workspaceStatus: 'active' | 'disabled' | 'deleted' };

/** The standing, from the columns of the two tables. A deleted workspace is deleted whatever its status says. */
export function standingOf(row: {
  owner_status: string;
  workspace_status: string;
  workspace_deleted_at: Date | null;
}): TenantStanding {
  return { ownerActive: row.owner_status === 'active', workspaceStatus: workspaceStatusOf(row) };
}

function workspaceStatusOf(row: {
  workspace_status: string;
  workspace_deleted_at: Date | null;
}): TenantStanding['workspaceStatus'] {
  if (row.workspace_deleted_at !== null) return 'deleted';
  // Absent means deny: a status that this release does not know is no leave to go on.
  return row.workspace_status === 'active' ? 'active' : 'disabled';
}
