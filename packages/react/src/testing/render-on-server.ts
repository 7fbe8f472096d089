import { renderToString } from 'react-dom/server';
import { page, type Case } from './page.tsx';

/** The page's markup as a server would send it. */
export function renderOnServer(cases: Case[]): string {
  return renderToString(page(cases));
}
