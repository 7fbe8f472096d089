import { after } from '../after.ts';

/** The browser reports what it has forbidden in a task of its own, after the request has failed. */
const reportComesWithinMs = 150;

/**
 * Hears what this page's Content-Security-Policy forbids of `base`, until `signal` aborts. The function answers the directive
 * of it, if there was any.
 */
export function watchPolicy(base: string, signal: AbortSignal): () => Promise<string | undefined> {
  const { origin } = new URL(base);
  let directive: string | undefined;
  document.addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, effectiveDirective }) => {
      // What the page asks when it is idle decides about words only, and where that is forbidden all else may work.
      if (blockedURI.startsWith(origin) && !blockedURI.endsWith('/v1/embed/hello'))
        directive ??= effectiveDirective.replace('-elem', '');
    },
    { signal },
  );
  return async () => {
    if (directive === undefined) await after(reportComesWithinMs, signal);
    return directive;
  };
}
