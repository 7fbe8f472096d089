import { mount, type Handle } from '@microapp/embed';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { MicroappOptions } from './options.ts';
import { adjustableOptions, splitOptions } from './split-options.ts';

/** A ref that elements take by the types of React 18 and by those of React 19; a `RefObject` of the one is none of the other. */
export type PlaceRef<Place> = { current: Place | null };

type Functions = Record<string, ((...given: unknown[]) => unknown) | undefined>;

/**
 * Keeps one widget on the page for as long as the component is mounted. Attach `ref` to the element in which an inline widget
 * is to stand, unless `target` names one; `handle` is there once the widget is.
 *
 * Options are compared by value. Callbacks and `getToken` may be new in each render: the newest is called, and nothing starts
 * anew. A change of locale, currency, time zone, color scheme, theme or texts is passed on to the running widget; a change of
 * anything else, such as the credential or the app, replaces it.
 */
export function useMicroapp<Place extends HTMLElement = HTMLDivElement>(
  options: MicroappOptions,
): { ref: PlaceRef<Place>; handle: Handle | undefined } {
  const ref = useRef<Place>(null);
  const newest = useRef(options);
  const shown = useRef('');
  const [handle, setHandle] = useState<Handle>();
  const { identity, appearance } = splitOptions(options);
  const { target, trigger, signal } = options;

  useEffect(() => {
    newest.current = options;
  });

  useEffect(() => {
    const given = newest.current;
    const place = given.target ?? (given.mode === 'inline' ? ref.current : undefined);
    const mounted = mount({
      ...given,
      ...callingNewest(newest),
      ...resumingNewest(newest),
      ...(place && { target: place }),
    });
    shown.current = appearance;
    setHandle(mounted);
    return () => {
      mounted.unmount();
      setHandle(undefined);
    };
    // What it looks like is not among these: a change of that is the next effect's.
  }, [identity, target, trigger, signal]);

  useEffect(() => {
    if (handle === undefined || shown.current === appearance) return;
    shown.current = appearance;
    handle.update({ ...adjustableOptions(newest.current), ...callingNewest(newest) });
  }, [handle, appearance]);

  return { ref, handle };
}

/** The functions of `resume`, which has to be there from the first, as those of the newest render. */
function resumingNewest(newest: RefObject<MicroappOptions>): Pick<MicroappOptions, 'resume'> {
  if (newest.current.resume === undefined) return {};
  return { resume: { get: () => newest.current.resume?.get(), set: (text) => newest.current.resume?.set(text) } };
}

/** A function for each of the options that is one, which calls what stands in its place by then. */
function callingNewest(newest: RefObject<MicroappOptions>): Functions {
  const current = (): Functions => newest.current as unknown as Functions; // read for its functions only
  const names = Object.entries(current()).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  return Object.fromEntries(names.map((name) => [name, (...given) => current()[name]?.(...given)]));
}
