import type { Permission } from '@microapp/contract';

type Words = { label: string; description: string };

/** What a customer may use, and a credential may do, in words. They are the same list. */
export const featureWords: Readonly<Record<Permission, Words>> = {
  'tool:run': { label: 'Run tools', description: 'Fill in a tool’s form and see its result.' },
  'chat:send': { label: 'Chat', description: 'Talk with a chat app.' },
  'lead:create': { label: 'Leave a lead', description: 'Send in a lead form.' },
  'voice:start': { label: 'Voice', description: 'Talk with a voice agent.' },
  'insights:read': { label: 'See insights', description: 'The customer’s own analytics dashboard.' },
  'sessions:read': { label: 'Watch recordings', description: 'The list of recorded visits, and their replay.' },
  'sessions:interact': {
    label: 'Take part in live visits',
    description: 'Cursor, highlight and pen, while a visit is live.',
  },
  'sessions:record': { label: 'Record visits', description: 'Send in the recording of a visit.' },
};
