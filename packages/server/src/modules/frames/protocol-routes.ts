import { protocolSchema } from '@microapp/contract/protocol-schema';
import { answerWithFile, defineRoute, staticFile, type Route } from '../../platform/http/index.ts';
import { publicFileCaching, readableEverywhere } from './public-files.ts';

const path = '/embed/protocol.schema.json';

/** What host and frame say to each other, for those who write a host by hand; made from the protocol's own schemas. */
export function protocolRoutes({ embedUrl }: { embedUrl: string }): Route[] {
  const document = `${JSON.stringify(protocolSchema(`${embedUrl}${path}`), undefined, 2)}\n`;
  const file = staticFile('protocol.schema.json', Buffer.from(document));
  return [
    defineRoute({
      method: 'GET',
      path,
      scope: 'public',
      tag: 'Embedding',
      summary: 'The messages between host page and frame, as JSON Schema',
      answers: 'content',
      longOperation: async ({ request }) =>
        answerWithFile(file, request, { ...readableEverywhere, 'cache-control': publicFileCaching }),
    }),
  ];
}
