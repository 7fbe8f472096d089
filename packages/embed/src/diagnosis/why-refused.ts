import type { Answer } from '../widget.ts';
import type { Finding } from './finding.ts';
import { stopped } from './findings.ts';
import type { Inspection } from './inspection.ts';
import { isAnswered } from './is-answered.ts';
import { keepsOut } from './keeps-out.ts';
import { refusalIn } from './refusal.ts';

/**
 * Why a frame came to nothing though its document was loaded: what a browser puts in the place of a document that it refuses looks
 * the same to the page, whatever the reason was.
 */
export async function whyRefused(frameUrl: string, inspection: Inspection): Promise<Finding> {
  const { base, forbidden, signal } = inspection;
  const { origin } = location;
  const refusal = await refusalOfToken(inspection);
  if (refusal) return refusal;
  if (await keepsOut(frameUrl, signal)) {
    return {
      code: 'blocked_by_coep',
      text: `This page's Cross-Origin-Embedder-Policy keeps out ${frameUrl}, which has lost its headers.`,
      mend: 'Look for a proxy that takes away Cross-Origin-Resource-Policy or Cross-Origin-Embedder-Policy.',
      detail: frameUrl,
    };
  }
  // A page that needs no calls of ours may forbid them, which says nothing of the frame.
  const isStopped = !(await isAnswered(frameUrl, signal)) && !(await forbidden());
  if (isStopped && (await isAnswered(`${base}embed.js`, signal))) return stopped(frameUrl);
  const around = [...(location.ancestorOrigins ?? [])].join(' in ');
  return {
    code: 'frame_refused',
    text: `The browser does not show ${frameUrl} on ${origin}${around && ` in ${around}`}.`,
    mend: around
      ? 'Every page around a frame has to be in the allowed origins: add those that are not.'
      : 'Add this origin to the allowed origins, or look for a proxy that adds X-Frame-Options or changes headers.',
    origin,
    detail: frameUrl,
  };
}

/**
 * What the server says of an embed token on this page. By a client token it was asked before there was a frame; a ticket, if it
 * gives one, is thrown away.
 */
async function refusalOfToken({ options, base, signal }: Inspection): Promise<Finding | undefined> {
  const { embedKey, mtok, app } = options;
  if (embedKey || !mtok) return undefined;
  try {
    const response = await fetch(`${base}v1/embed/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-microapp-embed-token': mtok },
      body: JSON.stringify({ app }),
      signal,
    });
    return refusalIn((await response.json()) as Answer);
  } catch {
    return undefined;
  }
}
