import { Tabs } from '@mantine/core';
import { useLocation, useNavigate } from 'react-router';

/** Tabs that are addresses: the browser's back button and a copied link lead to them. `base` is the path above them. */
export function RouteTabs({
  base,
  tabs,
  label,
}: {
  base: string;
  tabs: readonly { to: string; label: string }[];
  label: string;
}) {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const current = tabs.find(({ to }) => pathname === (to === '' ? base : `${base}/${to}`))?.to ?? tabs[0]?.to ?? '';
  return (
    <Tabs value={current} onChange={(to) => void navigate(to === null || to === '' ? base : `${base}/${to}`)}>
      <Tabs.List aria-label={label} style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
        {tabs.map(({ to, label: name }) => (
          <Tabs.Tab key={to} value={to} style={{ flexShrink: 0 }}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
