import { ask, functionTool, pageOrigin, textOf, type Installation } from './installation.ts';
import { connections, putLoad, type Expected, type Load, type LoadRequest } from './load.ts';

/** One line of the table: a request as its caller sends it. */
export type Case = {
  name: string;
  title: string;
  /** The bare route that it is compared with. */
  bare: 'GET' | 'POST';
  expected: Expected;
  /** Load for about so many seconds. What it needs and cannot be used again, it makes anew each time. */
  load(installation: Installation, seconds: number): Promise<Load>;
};

type Credential = { name: string; title: string; query: string; headers(installation: Installation): Promise<Headers> };
type Headers = Record<string, string>;

const byToken: Credential = {
  name: 'token',
  title: 'embed token',
  query: '?embed=1',
  headers: async ({ embedToken }) => ({ 'x-microapp-embed-token': embedToken }),
};
const bySession: Credential = {
  name: 'session',
  title: 'session',
  query: '',
  async headers(installation) {
    // A new one for every load: a session lives for minutes, a bench may take longer.
    const { ticket } = await openSession(installation);
    const redeemed = await ask(installation.url, redeemRequest(installation, ticket));
    return { authorization: `Bearer ${textOf(redeemed, 'token')}`, origin: installation.url };
  },
};

const loanInputs = { principal: 200_000, annualRatePercent: 6, years: 30 };
const loanProof = '"payment":1199.1,';

const ticketProof = '"ticket":"mtkt_';
/** Bounds what is minted ahead: all of it must be redeemed before the first ticket expires, after a minute. */
const ticketsPerSecond = 250;

export const cases: readonly Case[] = [
  ...[byToken, bySession].map((credential) => schemaCase(credential)),
  ...[byToken, bySession].map((credential) =>
    runCase(credential, {
      name: 'transform',
      title: 'tool run, transform',
      slug: 'loan-calculator',
      inputs: loanInputs,
      proof: loanProof,
    }),
  ),
  ...[byToken, bySession].map((credential) =>
    runCase(credential, {
      name: 'function',
      title: 'tool run, function',
      slug: functionTool,
      inputs: { a: 2, b: 3 },
      proof: '"output":5,',
    }),
  ),
  {
    name: 'mint',
    title: 'session mint, client token',
    bare: 'POST',
    expected: { status: 201, contains: ticketProof },
    load: async (installation, seconds) => ({ again: mintRequest(installation), seconds }),
  },
  {
    name: 'redeem',
    title: 'ticket redeem',
    bare: 'POST',
    expected: { status: 200, contains: '"token":"eyJ' },
    load: async (installation, seconds) => ({ once: await redeemRequests(installation, seconds) }),
  },
];

/** The same kind of load on the bare route. */
export function bareLoad(method: Case['bare'], seconds: number): { load: Load; expected: Expected } {
  const path = '/bare/loan-calculator';
  const again: LoadRequest = method === 'GET' ? { method, path } : { method, path, body: { inputs: loanInputs } };
  return { load: { again, seconds }, expected: { status: 200, contains: '"slug":"loan-calculator"' } };
}

function schemaCase(credential: Credential): Case {
  return {
    name: `schema-${credential.name}`,
    title: `schema, ${credential.title}`,
    bare: 'GET',
    expected: { status: 200, contains: '"slug":"loan-calculator"' },
    load: async (installation, seconds) => ({
      again: {
        method: 'GET',
        path: `/api/tools/loan-calculator/schema${credential.query}`,
        headers: await credential.headers(installation),
      },
      seconds,
    }),
  };
}

function runCase(
  credential: Credential,
  tool: { name: string; title: string; slug: string; inputs: object; proof: string },
): Case {
  return {
    name: `${tool.name}-${credential.name}`,
    title: `${tool.title}, ${credential.title}`,
    bare: 'POST',
    expected: { status: 200, contains: tool.proof },
    load: async (installation, seconds) => ({
      again: {
        method: 'POST',
        path: `/api/tools/${tool.slug}/run${credential.query}`,
        headers: await credential.headers(installation),
        body: { inputs: tool.inputs },
      },
      seconds,
    }),
  };
}

function mintRequest({ clientToken }: Installation): LoadRequest {
  return { method: 'POST', path: '/v1/embed/sessions', headers: { origin: pageOrigin }, body: { key: clientToken } };
}

function redeemRequest({ url, surfaceId }: Installation, ticket: string): LoadRequest {
  return {
    method: 'POST',
    path: '/v1/embed/sessions/redeem',
    headers: { origin: url },
    body: { ticket, surfaceId, parentOrigin: pageOrigin },
  };
}

async function openSession(installation: Installation): Promise<{ ticket: string }> {
  return { ticket: textOf(await ask(installation.url, mintRequest(installation)), 'ticket') };
}

async function redeemRequests(installation: Installation, seconds: number): Promise<LoadRequest[]> {
  const perConnection = Math.ceil((ticketsPerSecond * seconds) / connections);
  const mints = Array.from({ length: perConnection * connections }, () => mintRequest(installation));
  const tickets: string[] = [];
  await putLoad(installation.url, { once: mints }, { status: 201, contains: ticketProof }, (body) => {
    tickets.push(textOf(JSON.parse(body), 'ticket'));
  });
  return tickets.map((ticket) => redeemRequest(installation, ticket));
}
