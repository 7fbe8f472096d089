import { permissionsOfRole, type ManagementRole } from '@microapp/contract';
import {
  Blocks,
  Braces,
  ChartNoAxesColumn,
  LayoutPanelTop,
  ScrollText,
  UserCog,
  Users,
  type LucideIcon,
} from 'lucide-react';

export type Place = {
  to: string;
  label: string;
  icon: LucideIcon;
  /** What a role must be able to do for the place to be of use, such as `owner-keys:read`. */
  needs: string;
  /** Sub-places, which show while one is inside. */
  children?: readonly { to: string; label: string; needs: string }[];
};

/** The places of the dashboard, in the order of the day's work. */
export const places: readonly Place[] = [
  { to: '/', label: 'Overview', icon: ChartNoAxesColumn, needs: 'me:read' },
  { to: '/customers', label: 'Customers', icon: Users, needs: 'workspaces:read' },
  { to: '/apps', label: 'Apps', icon: Blocks, needs: 'apps:read' },
  { to: '/surfaces', label: 'Surfaces', icon: LayoutPanelTop, needs: 'surfaces:read' },
  {
    to: '/developers',
    label: 'Developers',
    icon: Braces,
    needs: 'me:read',
    children: [
      { to: '/developers/owner-keys', label: 'Owner keys', needs: 'owner-keys:read' },
      { to: '/developers/api-keys', label: 'API keys', needs: 'api-keys:read' },
      { to: '/developers/provider-keys', label: 'Provider keys', needs: 'provider-keys:read' },
      { to: '/developers/webhook-secret', label: 'Webhook secret', needs: 'webhook-secret:read' },
      { to: '/developers/reference', label: 'API reference', needs: 'me:read' },
    ],
  },
  {
    to: '/logs',
    label: 'Logs',
    icon: ScrollText,
    needs: 'access-log:read',
    children: [
      { to: '/logs/runs', label: 'Runs', needs: 'runs:read' },
      { to: '/logs/access', label: 'Access log', needs: 'access-log:read' },
      { to: '/logs/audit', label: 'Audit trail', needs: 'audit:read' },
    ],
  },
  { to: '/members', label: 'Members', icon: UserCog, needs: 'members:read' },
];

/** Whether a role may do something, as the server's own table says. */
export function may(role: ManagementRole, permission: string): boolean {
  return permissionsOfRole(role).includes(permission);
}
