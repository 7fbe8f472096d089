import { mount } from '@microapp/embed';
import { Text } from '@mantine/core';
import type { ThemeScheme } from '@microapp/contract';
import { useEffect, useRef } from 'react';
import classes from './launcher-sample.module.css';
import type { Theme } from './theme-draft.ts';

type LauncherSampleProps = { theme: Theme; scheme: ThemeScheme; label: string };

/**
 * The launcher as customers' pages show it: drawn by the very code that draws it there, with the tokens as they are
 * saved. It leads nowhere: what is inert takes neither click nor focus, and so nothing is loaded.
 */
export function LauncherSample({ theme, scheme, label }: LauncherSampleProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const widget = mount({
      baseUrl: '',
      getToken: () => Promise.reject(new Error('a sample opens nothing')),
      target: place.current,
      theme,
      label,
      colorScheme: scheme,
    });
    return () => widget.unmount();
  }, [theme, scheme, label]);
  return (
    <div className={classes['sample']}>
      <div ref={place} className={classes['place']} inert data-scheme={scheme} />
      <Text size="sm" c="dimmed">
        The launcher, as it stands in the corner of a page
      </Text>
    </div>
  );
}
