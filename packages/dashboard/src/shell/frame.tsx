import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { SignedIn, useMay } from '../session/session.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Mark } from './mark.tsx';
import { places } from './navigation.ts';
import classes from './frame.module.css';

/** What stands around every screen of somebody who is signed in. */
export function Frame() {
  return (
    <SignedIn>
      <FrameOfSession />
    </SignedIn>
  );
}

function FrameOfSession() {
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
            <Link to="/" className={classes['home']}>
              <Mark />
              <Text fw={600} span>
                Microapp
              </Text>
            </Link>
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main" className={classes['navbar'] ?? ''} data-open={isOpen || undefined}>
        <div className={classes['places']}>
          <Places pathname={pathname} />
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

function Places({ pathname }: { pathname: string }) {
  const may = useMay();
  return places
    .filter(({ needs }) => may(needs))
    .map(({ to, label, icon: Icon, children }) => {
      const isHere = to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
      const inside = children?.filter(({ needs }) => may(needs)) ?? [];
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
