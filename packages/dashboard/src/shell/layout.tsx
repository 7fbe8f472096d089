import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { Mark } from './mark.tsx';
import type { Place } from './navigation.ts';
import classes from './frame.module.css';

type LayoutProps = {
  /** Where the name at the top leads, such as `/`. */
  home: string;
  /** Where whoever is signed in may go. */
  places: readonly Place[];
  /** Who that is, and the way out. */
  account: ReactNode;
};

/**
 * What stands around every screen of somebody who is signed in, whoever that is: it knows of no session. The owner's
 * dashboard fills it in frame.tsx; another tree of routes, with another session, such as a portal of the customers, fills it
 * with its own.
 */
export function Layout({ home, places, account }: LayoutProps) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const previous = useRef(pathname);

  useEffect(() => {
    close();
    // A screen reader hears of the new screen, and the keyboard starts there; not when the page has only been loaded.
    if (previous.current !== pathname) main.current?.focus({ preventScroll: true });
    previous.current = pathname;
  }, [pathname, close]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'lg' }}
      transitionDuration={0}
    >
      <AppShell.Header px="md">
        <a href="#main" className={classes['skip']}>
          Skip to the content
        </a>
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the menu' : 'Open the menu'}
              aria-expanded={isOpen}
            />
            <Link to={home} className={classes['home']}>
              <Mark />
              <Text fw={600} span>
                Microapp
              </Text>
            </Link>
          </Group>
          {account}
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main" className={classes['navbar'] ?? ''} data-open={isOpen || undefined}>
        <div className={classes['places']}>
          <Places places={places} home={home} pathname={pathname} />
        </div>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} ref={main} className={classes['main']}>
        <div className={classes['width']}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function Places({ places, home, pathname }: { places: readonly Place[]; home: string; pathname: string }) {
  return places.map(({ to, label, icon: Icon, children: inside = [] }) => {
    const isHere = pathname === to || (to !== home && pathname.startsWith(`${to}/`));
    return (
      <div key={to}>
        <NavLink
          component={Link}
          to={inside[0]?.to ?? to}
          label={label}
          leftSection={<Icon size={16} aria-hidden />}
          active={isHere && inside.length === 0}
          data-here={isHere || undefined}
          aria-current={isHere && inside.length === 0 ? 'page' : undefined}
          className={classes['place'] ?? ''}
        />
        {isHere &&
          inside.map((child) => (
            <NavLink
              key={child.to}
              component={Link}
              to={child.to}
              label={child.label}
              active={pathname === child.to}
              aria-current={pathname === child.to ? 'page' : undefined}
              className={classes['inner'] ?? ''}
            />
          ))}
      </div>
    );
  });
}
