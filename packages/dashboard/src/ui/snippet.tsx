import { CopyButton } from './copy-button.tsx';
import classes from './snippet.module.css';

/** Code to be copied, as it stands. `label` names it for a screen reader. */
export function Snippet({ code, label }: { code: string; label: string }) {
  return (
    <div className={classes['snippet']}>
      <pre className={classes['code']} tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} className={classes['copy'] ?? ''} />
    </div>
  );
}
