import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'react-router';
import classes from './route-tabs.module.css';

type RouteTabsProps = {
  /** The path above the tabs. */
  base: string;
  /** `to` is relative to `base`; the first one's is empty. */
  tabs: readonly { to: string; label: string }[];
  label: string;
};

/** Tabs that are addresses: the back button and a copied link lead to them, and they open beside as links do. */
export function RouteTabs({ base, tabs, label }: RouteTabsProps) {
  const { pathname } = useLocation();
  const list = useRef<HTMLDivElement>(null);
  // On a phone the list is longer than the screen.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [pathname]);
  return (
    <div ref={list} role="tablist" aria-label={label} className={classes['list']}>
      {tabs.map(({ to, label: name }) => {
        const path = to === '' ? base : `${base}/${to}`;
        return (
          <Link
            key={to}
            to={path}
            role="tab"
            aria-selected={isWithin(pathname, path, base)}
            className={classes['tab'] ?? ''}
          >
            {name}
          </Link>
        );
      })}
    </div>
  );
}

/** The tab itself, or a page below it; what is below the first tab is another tab. */
function isWithin(pathname: string, path: string, base: string): boolean {
  return pathname === path || (path !== base && pathname.startsWith(`${path}/`));
}
