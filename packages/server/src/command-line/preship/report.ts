import type { Paint } from '../paint.ts';

export type PointReport = {
  number: number;
  title: string;
  holds: boolean;
  seen: string;
  problems: string[];
  remedy: string;
};

const problemsShownMax = 10;

/** The six points for a person: what holds, what was seen, what to do. */
export function printReport(points: readonly PointReport[], paint: Paint): string {
  const lines = points.flatMap((point) => [headline(point, paint), ...details(point, paint)]);
  const failed = points.filter(({ holds }) => !holds).length;
  const conclusion =
    failed === 0
      ? 'All six hold: this can go to customers.'
      : `${failed} of six ${failed === 1 ? 'does' : 'do'} not hold: not yet.`;
  return ['', ...lines, '', `  ${paint('bold', conclusion)}`, '', ''].join('\n');
}

function headline({ number, title, holds }: PointReport, paint: Paint): string {
  return `  ${holds ? paint('green', '✓') : paint('red', '✗')} ${number}  ${title}`;
}

function details({ holds, seen, problems, remedy }: PointReport, paint: Paint): string[] {
  if (holds) return [paint('gray', `       ${seen}`)];
  const shown = problems.slice(0, problemsShownMax).map((problem) => `       ${problem}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`       And ${more} more.`] : []), `       → ${remedy}`];
}
