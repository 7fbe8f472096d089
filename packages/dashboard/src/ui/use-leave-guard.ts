import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useConfirm } from './confirm.tsx';

/**
 * Leaving with unsaved changes asks first: within the dashboard by our own words, beyond it by the browser's. While they are
 * being saved nobody is asked, for that leads elsewhere by itself.
 */
export function useLeaveGuard(isDirty: boolean, isSaving: boolean): void {
  const { confirm } = useConfirm();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty && !isSaving && currentLocation.pathname !== nextLocation.pathname,
  );

  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void confirm({
      title: 'Leave without saving?',
      text: 'What you changed here is lost.',
      verb: 'Leave',
    }).then((isSure) => (isSure ? blocker.proceed() : blocker.reset()));
  }, [blocker, confirm]);

  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isDirty]);
}
