import { useId, useState, type SubmitEvent } from 'react';

type Answer = { output?: { payment?: unknown }; error?: string; hint?: string };
type Outcome = { kind: 'none' | 'asking' } | { kind: 'sum'; sum: number } | { kind: 'refused'; sentence: string };

/** A form of the site's own, without any frame: our server runs the tool, as it does for our app on phones. */
export function Slip({ currency }: { currency: string }) {
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const heading = useId();

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setOutcome({ kind: 'asking' });
    void askFor({ principal: Number(fields.get('price')), annualRatePercent: 3.4, years: Number(fields.get('years')) })
      // Whatever went wrong on the way, there was no answer.
      .catch(
        () =>
          ({ kind: 'refused', sentence: 'Our server does not answer. Check your connection and try again.' }) as const,
      )
      .then(setOutcome);
  };

  return (
    <form className="slip" aria-labelledby={heading} onSubmit={send}>
      <h2 id={heading}>On the back of an envelope</h2>
      <p className="small">At 3.4 percent, as in our app.</p>
      <label>
        Price
        <input
          name="price"
          type="number"
          inputMode="decimal"
          min="1"
          max="1000000000"
          step="any"
          defaultValue="200000"
          required
        />
      </label>
      <label>
        Years
        <input name="years" type="number" inputMode="numeric" min="1" max="50" defaultValue="20" required />
      </label>
      <button className="button" type="submit" disabled={outcome.kind === 'asking'}>
        {outcome.kind === 'asking' ? 'Working it out …' : 'Work it out'}
      </button>
      <output aria-live="polite">
        <Result outcome={outcome} currency={currency} />
      </output>
    </form>
  );
}

function Result({ outcome, currency }: { outcome: Outcome; currency: string }) {
  if (outcome.kind === 'refused') return <span className="wrong">{outcome.sentence}</span>;
  if (outcome.kind !== 'sum') return null;
  const sum = new Intl.NumberFormat('en', { style: 'currency', currency }).format(outcome.sum);
  return (
    <>
      <span className="sum">{sum}</span> a month
    </>
  );
}

async function askFor(inputs: Record<string, number>): Promise<Outcome> {
  const answer = await fetch('/api/tools/loan-calculator/run', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  });
  // What our own server answers, and checked below.
  const { output, error = 'There is no answer.', hint = '' } = (await answer.json()) as Answer;
  const sum = output?.payment;
  return typeof sum === 'number' ? { kind: 'sum', sum } : { kind: 'refused', sentence: `${error} ${hint}`.trim() };
}
