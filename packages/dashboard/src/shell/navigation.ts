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
  /** Sub-places, which show while one is inside; the place itself leads to the first. */
  children?: readonly { to: string; label: string }[];
};

/** `needs` is what a role must be able to do for the place to be of use, such as `owner-keys:read`. */
type OwnersPlace = Omit<Place, 'children'> & {
  needs: string;
  children?: readonly { to: string; label: string; needs: string }[];
};

/** The places of the owner's dashboard, in the order of the day's work. */
const places: readonly OwnersPlace[] = [
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

/** Those of the owner's dashboard that are of use to somebody who `may` so much. */
export function placesFor(may: (permission: string) => boolean): Place[] {
  return places
    .filter(({ needs }) => may(needs))
    .map(({ children = [], ...place }) => ({ ...place, children: children.filter(({ needs }) => may(needs)) }));
}

/** Whether a role may do something, as the server's own table says. */
export function may(role: ManagementRole, permission: string): boolean {
  return permissionsOfRole(role).includes(permission);
}
