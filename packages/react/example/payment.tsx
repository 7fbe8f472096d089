import { Microapp, type Ticket } from '@microapp/react';

type Props = { baseUrl: string; theme: Record<string, string>; currency: string; onCalculated: () => void };

/** The loan calculator. A new function or object in each render changes nothing; another currency is passed on to the widget. */
export function Payment({ onCalculated, ...shown }: Props) {
  return (
    <Microapp
      {...shown}
      app="loan-calculator"
      mode="inline"
      className="tool"
      minHeight={520}
      getToken={askOurServer}
      onRunSuccess={onCalculated}
    />
  );
}

/** The browser gets a ticket, which is good once. The token stays on our server. */
async function askOurServer({ signal }: { signal: AbortSignal }): Promise<Ticket> {
  const answer = await fetch('/api/ticket', { method: 'POST', signal });
  if (!answer.ok) throw new Error(`our server has no ticket: ${answer.status}`);
  return (await answer.json()) as Ticket; // as our own server answers
}
