import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Finance } from './finance.tsx';

const place = document.querySelector<HTMLElement>('#finance');
if (place === null) throw new Error('the page has no place for the calculator');
// Written by the page's own server.
const { microapp = '', theme = '{}' } = place.dataset;
createRoot(place).render(
  <StrictMode>
    <Finance baseUrl={microapp} theme={JSON.parse(theme) as Record<string, string>} />
  </StrictMode>,
);
