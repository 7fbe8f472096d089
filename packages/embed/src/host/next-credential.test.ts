import { expect, it } from 'vitest';
import { nextCredential } from './next-credential.ts';

const base = 'https://embed.example/';
const { signal } = new AbortController();
/** Nothing here asks the embed API. */
const ask = () => Promise.reject(new Error('asked'));
const mtok = 'mtok_secret';

it('an embed token goes to the frame of its app, whose address does not hold it (M17, M24, M27)', async () => {
  expect(await nextCredential({ mtok, app: 'loan-calculator' }, base, 'start', signal, ask)).toEqual([
    { token: mtok },
    'https://embed.example/embed/apps/loan-calculator',
  ]);
});

it('the id of a token record stands in the address, a token in its place does not (M24, M27)', async () => {
  const urlFor = async (tokenId: string) =>
    (await nextCredential({ mtok, app: 'loan-calculator', tokenId }, base, 'start', signal, ask))[1];
  expect(await urlFor('etok_1')).toBe('https://embed.example/embed/apps/loan-calculator?for=etok_1');
  expect(await urlFor(mtok)).toBe('https://embed.example/embed/apps/loan-calculator');
});

it("the host's own backend is asked for a ticket, with the reason", async () => {
  const reasons: string[] = [];
  const getToken = async ({ reason }: { reason: string }) => {
    reasons.push(reason);
    return { ticket: 'mtkt_1' };
  };
  expect(await nextCredential({ getToken, app: 'loan-calculator' }, base, 'expired', signal, ask)).toEqual([
    { ticket: 'mtkt_1' },
    'https://embed.example/embed/apps/loan-calculator',
  ]);
  expect(reasons).toEqual(['expired']);
});

it.each([
  ['that fails', () => Promise.reject(new Error('down'))],
  ['without a ticket', async () => ({ ticket: '' })],
  ['whose frame is no web address', async () => ({ ticket: 'mtkt_1', frameUrl: 'javascript:alert(1)' })],
])('a backend %s is no_ticket', async (_what, getToken) => {
  await expect(nextCredential({ getToken }, base, 'start', signal, ask)).rejects.toThrow('no_ticket');
});
