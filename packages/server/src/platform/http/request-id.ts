import { credentialLikePattern } from '@microapp/contract';
import { newId, type Random } from '../random.ts';

const wellFormed = /^[A-Za-z0-9_-]{8,64}$/;

/** The caller's request id when it is well-formed and no credential in disguise; otherwise a fresh one. */
export function requestIdOf(random: Random, sent: string | string[] | undefined): string {
  if (typeof sent !== 'string' || !wellFormed.test(sent)) return newId(random, 'request');
  return sent.search(credentialLikePattern) === -1 ? sent : newId(random, 'request');
}
