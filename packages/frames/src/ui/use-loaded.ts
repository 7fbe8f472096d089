import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../session/failure.ts';

/** A part of the frame that is loaded after the rest. */
export type Loaded<Part> = { part?: Part; failure?: Failure; retry: () => void };

/** Loads a part of the frame, once for as long as `load` is the same function; `undefined` loads nothing. */
export function useLoaded<Part>(load: (() => Promise<Part>) | undefined): Loaded<Part> {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ part?: Part; failure?: Failure }>({});
  useEffect(() => {
    let isStale = false;
    const take = (taken: { part?: Part; failure?: Failure }) => {
      if (!isStale) setState(taken);
    };
    load?.().then(
      (part) => take({ part }),
      (cause: unknown) => take({ failure: new Failure('unreachable', { cause }) }),
    );
    return () => {
      isStale = true;
    };
  }, [load, attempt]);
  const retry = () => {
    setState({});
    setAttempt((count) => count + 1);
  };
  return { ...state, retry };
}
