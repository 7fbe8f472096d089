import { useState } from 'react';
import { filled, useUrlState } from './use-url-state.ts';

export type Filters<State extends Record<string, string>> = {
  values: State;
  /** What the list is asked with: the values without the empty ones. */
  query: Partial<State>;
  isActive: boolean;
  change: (changes: Partial<State>) => void;
  clear: () => void;
  /** Another one after each clearing: a field that holds what is being typed begins anew with it. */
  round: number;
};

/**
 * What narrows a list, in its address. `nothing` names the filters, each with an empty text; it has to be the same object
 * each time.
 */
export function useFilters<State extends Record<string, string>>(nothing: State): Filters<State> {
  const [values, change] = useUrlState(nothing);
  const [round, setRound] = useState(0);
  const query = filled(values);
  return {
    values,
    query,
    isActive: Object.keys(query).length > 0,
    change,
    clear() {
      change(nothing);
      setRound(round + 1);
    },
    round,
  };
}
