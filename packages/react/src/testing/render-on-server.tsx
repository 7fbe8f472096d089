import { renderToString } from 'react-dom/server';
import { Page, type Case } from './page.tsx';

/** The page's markup as a server would send it. */
export function renderOnServer(cases: Case[]): string {
  return renderToString(<Page cases={cases} round="1" />);
}
