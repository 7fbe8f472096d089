import { StrictMode, useRef, useState } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { Microapp, useMicroapp, type Handle, type MicroappOptions, type MicroappProps, type Ticket } from '../index.ts';

// What the browser tests render, and how they steer it. Data that a test sends arrives as JSON; functions are made here.

/** One widget of the page, and what is around it. */
export type Case = { props: MicroappProps; withHook?: boolean; keepsWork?: boolean };

/** What a test finds at `window.reactPage`. */
export type ReactPage = {
  /** Draws these widgets, in StrictMode, in the place of those before. `round` tells the functions of one render from the next. */
  render: (cases: Case[], round?: string) => void;
  /** Takes over the markup that the server has sent. */
  hydrate: (cases: Case[]) => void;
  unmount: () => void;
  /** By position: the handle that its ref holds. */
  handles: (Handle | undefined)[];
  /** What was called, with its round. */
  calls: string[];
};

declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- the window is told of by merging this interface
  interface Window {
    reactPage: ReactPage;
    fetchTicket: (app: string) => Promise<Ticket>;
  }
}

const calls: string[] = [];
const handles: (Handle | undefined)[] = [];
let root: Root | undefined;

function HookedWidget({ options }: { options: MicroappOptions }) {
  const { ref, handle } = useMicroapp(options);
  const [clicks, setClicks] = useState(0);
  return (
    <section>
      <button type="button" onClick={() => setClicks(clicks + 1)}>
        Render again ({clicks}), {handle?.state ?? 'no widget'}
      </button>
      <div ref={ref} />
    </section>
  );
}

function Widget({ position, round, props, keepsWork }: Case & { position: number; round: string }) {
  const last = useRef<Handle | undefined>(undefined);
  return (
    <Microapp
      {...props}
      ref={(handle) => {
        last.current = handle ?? undefined;
        handles[position] = last.current;
      }}
      onReady={() => calls.push(`ready ${round}`)}
      onRunSuccess={({ slug }) => calls.push(`${slug} ${round}`)}
      {...(keepsWork && {
        resume: {
          get() {
            calls.push(`asked for work ${round}`);
            return 'kept before';
          },
          set: (text) => calls.push(`${text} ${round}`),
        },
      })}
      {...(props.embedKey === undefined && props.mtok === undefined ? { getToken: ticketFor(props, round) } : {})}
    />
  );
}

/** Asks the test, which is the page's own server. */
function ticketFor({ app = '' }: MicroappProps, round: string) {
  return () => {
    calls.push(`ticket ${round}`);
    return window.fetchTicket(app);
  };
}

/** The page as server and browser draw it. StrictMode is the root: only there does React mount everything twice. */
export function page(cases: Case[], round = '1') {
  return (
    <StrictMode>
      {cases.map(({ props, withHook, keepsWork = false }, position) =>
        withHook ? (
          <HookedWidget key={`hook ${position}`} options={props} />
        ) : (
          <Widget key={`widget ${position}`} position={position} props={props} keepsWork={keepsWork} round={round} />
        ),
      )}
      <p id="below">Below</p>
    </StrictMode>
  );
}

function place(): Element {
  const found = document.querySelector('#react');
  if (found === null) throw new Error('the page has no place for React');
  return found;
}

const reactPage: ReactPage = {
  handles,
  calls,
  render(cases, round) {
    root ??= createRoot(place());
    root.render(page(cases, round));
  },
  hydrate(cases) {
    root = hydrateRoot(place(), page(cases));
  },
  unmount() {
    root?.unmount();
    root = undefined;
  },
};
if (typeof window !== 'undefined') window.reactPage = reactPage;
