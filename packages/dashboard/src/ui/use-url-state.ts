import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/**
 * The state of a list in its address, so that a link, a reload and the back button show the same. What is at its default
 * is not in the address. Never for anything secret.
 *
 *     const [filter, setFilter] = useUrlState({ status: '', unused: '' });
 */
export function useUrlState<State extends Record<string, string>>(
  defaults: State,
): [State, (changes: Partial<State>) => void] {
  const [search, setSearch] = useSearchParams();
  const names = Object.keys(defaults);
  // The same names as the defaults, each a text.
  const state = Object.fromEntries(names.map((name) => [name, search.get(name) ?? defaults[name]])) as State;

  const change = useCallback(
    (changes: Partial<State>) =>
      setSearch(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value === undefined || value === '' || value === defaults[name]) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [state, change];
}

/** Without the empty ones, as a query takes them. */
export function filled<State extends Record<string, string>>(state: State): Partial<State> {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== '')) as Partial<State>;
}
