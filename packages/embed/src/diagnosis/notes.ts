import { clock } from './browser-clock.ts';

/** Seconds; `date` has no fractions, and an answer takes its time. */
const skewWorthNamingSeconds = 60;

/**
 * What does no harm now, and is worth knowing: sentences, none where there is nothing. `answeredAt` is the `date` of an answer
 * of the server, null without one.
 */
export function notesOn(answeredAt: string | null): string[] {
  const aheadSeconds = answeredAt ? Math.round((clock.now() - Date.parse(answeredAt)) / 1000) : 0;
  const minutes = Math.round(Math.abs(aheadSeconds) / 60);
  const notes: string[] = [];
  if (Math.abs(aheadSeconds) > skewWorthNamingSeconds) {
    const direction = aheadSeconds > 0 ? 'ahead of' : 'behind';
    notes.push(`This computer's clock is about ${minutes} min ${direction} the server's, which does no harm here.`);
  }
  if (!mayUseMicrophone()) {
    notes.push(
      'This page may not use the microphone, which apps with voice need: see its Permissions-Policy header, and allow="microphone" of frames around it.',
    );
  }
  return notes;
}

/** Chromium alone tells; elsewhere it is believed. */
function mayUseMicrophone(): boolean {
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature: (name: string) => boolean } };
  return featurePolicy?.allowsFeature('microphone') ?? true;
}
