import { useState } from 'react';
import { Payment } from './payment.tsx';
import { Slip } from './slip.tsx';

const currencies = [
  { code: 'EUR', name: 'Euro' },
  { code: 'CHF', name: 'Swiss francs' },
  { code: 'SEK', name: 'Swedish kronor' },
];

/** A page of a customer's site: its own state around a widget that stays where it is. */
export function Finance({ baseUrl, theme }: { baseUrl: string; theme: Record<string, string> }) {
  const [currency, setCurrency] = useState('EUR');
  const [count, setCount] = useState(0);
  return (
    <div className="finance">
      <div>
        <fieldset>
          <legend>Currency</legend>
          {currencies.map(({ code, name }) => (
            <label key={code}>
              <input type="radio" name="currency" checked={currency === code} onChange={() => setCurrency(code)} />{' '}
              {name}
            </label>
          ))}
        </fieldset>
        <Payment baseUrl={baseUrl} theme={theme} currency={currency} onCalculated={() => setCount(count + 1)} />
        <p className="small" role="status">
          {sentenceFor(count)}
        </p>
      </div>
      <Slip currency={currency} />
    </div>
  );
}

function sentenceFor(count: number): string {
  if (count === 0) return 'Nothing worked out yet. Take your time.';
  return count === 1 ? 'One plan so far. Change the years and compare.' : `${count} plans so far.`;
}
