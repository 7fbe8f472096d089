import { Text } from '@mantine/core';
import { diffOfSpecs, type DiffLine } from './spec-diff.ts';
import classes from './spec-diff-view.module.css';

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '−', gap: ' ' };

/** What one spec has that the other has not, by a sign at each line and not by color alone. */
export function SpecDiff({ before, after, label }: { before: unknown; after: unknown; label: string }) {
  const lines = diffOfSpecs(before, after);
  if (lines.length === 0) return <Text c="dimmed">There is no difference.</Text>;
  return (
    <pre className={classes['diff']} tabIndex={0} role="region" aria-label={label}>
      {lines.map(({ kind, text }, index) => (
        // The lines of one difference never move.
        <span key={index} className={classes[kind]}>
          {signs[kind]} {text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
