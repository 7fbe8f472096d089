import { textAt } from '../api.ts';
import type { Point } from './point.ts';
import { mintsPerMinute } from './stage.ts';
import { askForTicket } from './visitor.ts';

/** Two windows' worth and one: wherever a minute ends in between, one of them must be over the limit. */
const tries = 2 * mintsPerMinute + 1;

export const limitedMinting: Point = {
  title: 'Minting sessions is limited',
  remedy:
    'The session endpoint must count per surface: check limits.mintsPerMinute, and what stands before the server.',
  async check({ api, limited }) {
    for (let count = 1; count <= tries; count++) {
      const answer = await askForTicket(api, limited);
      if (answer.status === 201) continue;
      if (answer.status !== 429 || textAt(answer.body, 'code') !== 'rate_limited') {
        return { seen: '', problems: [`The session endpoint answers ${answer.status} instead of a limit.`] };
      }
      const retryAfter = answer.headers.get('retry-after') ?? '';
      const problems = [
        ...(count === 1 ? ['The first session was refused already.'] : []),
        ...(/^[1-9]\d*$/.test(retryAfter) ? [] : ['The refusal does not say when to try again.']),
      ];
      return { seen: `Of ${mintsPerMinute} a minute, number ${count} was refused for ${retryAfter} s.`, problems };
    }
    return {
      seen: '',
      problems: [`${tries} sessions in a row were minted, with a limit of ${mintsPerMinute} a minute.`],
    };
  },
};
