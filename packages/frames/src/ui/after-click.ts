import { useEffect, useRef } from 'preact/hooks';

/**
 * Answers with a function that runs a task at once, or, while a mouse button is down, after the click. Pressing a button
 * takes the focus from a field; a message that the field then showed would move the button away from under the pointer,
 * and the click would be lost.
 */
export function useAfterClick(): (task: () => void) => void {
  const waiting = useRef<(() => void)[] | undefined>(undefined);

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const press = () => (waiting.current ??= []);
    const release = () => {
      const tasks = waiting.current ?? [];
      waiting.current = undefined;
      for (const task of tasks) task();
    };
    document.addEventListener('mousedown', press, { capture: true, signal });
    document.addEventListener('click', release, { signal });
    // A press that ended in no click: the next key says that it is over.
    document.addEventListener('keydown', release, { capture: true, signal });
    return () => listening.abort();
  }, []);

  return (task) => {
    if (waiting.current === undefined) task();
    else waiting.current.push(task);
  };
}
