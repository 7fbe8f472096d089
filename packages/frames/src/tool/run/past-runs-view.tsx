import type { NormalizedField } from '@microapp/contract';
import { minutesMs, useClock, useElapsedMs } from '../../ui/clock.ts';
import { useLocale, type Locale } from '../../ui/locale.ts';
import type { Inputs, PastRun } from './past-runs.ts';
import { agoText } from './ago.ts';
import { scalarText } from '../result/scalar-text.ts';
import { isScalar } from '../result/column.ts';

export type PastRunsProps = {
  fields: readonly NormalizedField[];
  runs: readonly PastRun[];
  onShow: (run: PastRun) => void;
  onUseInputs: (inputs: Inputs) => void;
};

/** The other results of this visit, to be looked at again or to start from. */
export function PastRuns({ fields, runs, onShow, onUseInputs }: PastRunsProps) {
  const { text } = useLocale();
  if (runs.length === 0) return null;
  return (
    <details class="past-runs">
      <summary>{text('history.title')}</summary>
      <Entries fields={fields} runs={runs} onShow={onShow} onUseInputs={onUseInputs} />
      <p class="help">{text('history.forgotten')}</p>
    </details>
  );
}

function Entries({ fields, runs, onShow, onUseInputs }: PastRunsProps) {
  const locale = useLocale();
  const { text, format } = locale;
  const clock = useClock();
  // Draws anew now and then, so that "2 minutes ago" stays true.
  useElapsedMs({ untilMs: Infinity, everyMs: minutesMs });
  return (
    <ol>
      {runs.map((past) => (
        <li key={past.run.runId}>
          <p class="help">{agoText(format.locale, (clock.monotonicMs() - past.atMs) / 1000)}</p>
          <p>{inputsText(fields, past.inputs, locale)}</p>
          <p class="more">
            <button type="button" class="quiet" onClick={() => onShow(past)}>
              {text('history.show')}
            </button>
            <button type="button" class="quiet" onClick={() => onUseInputs(past.inputs)}>
              {text('history.use-inputs')}
            </button>
          </p>
        </li>
      ))}
    </ol>
  );
}

const inputsShown = 3;
const inputCharsMax = 40;

/** The first few inputs that a line can hold: "Loan amount 200,000 · Term in years 30". */
function inputsText(fields: readonly NormalizedField[], inputs: Inputs, locale: Locale): string {
  return fields
    .flatMap(({ key, label }) => {
      const value = Object.hasOwn(inputs, key) ? inputs[key] : null;
      if (!isScalar(value) || value === null || value === '') return [];
      const shown = scalarText(value, { kind: 'plain' }, locale);
      return [`${label}: ${shown.length > inputCharsMax ? `${shown.slice(0, inputCharsMax)}…` : shown}`];
    })
    .slice(0, inputsShown)
    .join(' · ');
}
