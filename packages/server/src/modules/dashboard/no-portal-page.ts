import { messagePage, type Content } from '../../platform/http/index.ts';

/** For an owner's customer who was told of a portal, or guessed one. The dashboard would ask them for an owner key. */
export function noPortalPage(): Content {
  return messagePage({
    status: 404,
    title: 'There is no customer portal here',
    paragraphs: [
      'This server has no pages for customers to sign in to. Ask the people who gave you this address for what you need.',
      'If you run this server, the dashboard is at its top address.',
    ],
    link: { href: '/', text: 'Go to the dashboard' },
  });
}
