/** What a page's text may name; filled in when the site is built. */
export type Values = {
  /** The origin of the installation. */
  microapp: string;
  clientTokens: { home: string; journal: string; houses: string };
};

/** A page of the demo's site, and the way of embedding that it shows. */
export type Page = {
  path: string;
  /** In packages/server/demo/pages, without its ending. */
  file: string;
  title: string;
  description: string;
  /** What runs on it, in order: its own scripts by path, foreign ones by address. */
  scripts?: readonly string[];
  /** The tag that a webmaster would paste, where there is one; it stands in the page and in its explanation. */
  tag?: string;
  /** How strict its headers are: as any page here, or as strict as a page gets. */
  policy?: 'locked';
  way: {
    /** In the bar at the top. */
    name: string;
    title: string;
    /** Paragraphs. */
    words: readonly string[];
    /** What is shown as code: its own files by name, and the tag. */
    shows: readonly ('tag' | Shown)[];
  };
};

export type Shown = { label: string; file: string };

/** The page that is shown on an address which is on nobody's list. */
export const refusedPath = '/refused';

const nonce = '{{NONCE}}';

/** Every page, in the order of the bar. */
export function demoPages({ microapp, clientTokens }: Values): Page[] {
  const mountScript = `${microapp}/microapp-widget.js`;
  return [
    {
      path: '/',
      file: 'home',
      title: 'Timber houses',
      description: 'Small timber houses, built in a hall and raised in a week.',
      tag: scriptTag(microapp, clientTokens.home),
      way: {
        name: 'Script tag',
        title: 'One line, and a button in the corner',
        words: [
          'The line has a client token. It is public: it is good for asking for a session, from this site’s address only.',
          'The tool comes when somebody points at the button. It runs in an iframe that this page cannot look into.',
        ],
        shows: ['tag'],
      },
    },
    {
      path: '/journal',
      file: 'journal',
      title: 'Furnish slowly, and write it down',
      description: 'What a list of everything you buy tells you about a house.',
      tag: scriptTag(microapp, clientTokens.journal, 'data-mode="inline" data-target="#list"'),
      way: {
        name: 'Inline',
        title: 'The same line, in the text',
        words: [
          'Two attributes say that the tool stands in the page, and where. It is loaded when the reader comes near it.',
          'Its colors are the surface’s theme, set by Larkholt’s supplier, for light and dark.',
        ],
        shows: ['tag'],
      },
    },
    {
      path: '/houses',
      file: 'houses',
      title: 'The Lodge',
      description: 'Two bedrooms, a long table and a porch to the south, on 68 square meters.',
      scripts: [mountScript, '/houses.js'],
      way: {
        name: 'Own button',
        title: 'A dialog that the site’s own button opens',
        words: [
          'The page keeps its button. The tool is a dialog: Escape closes it from either side, and the focus returns to the button.',
          'The price comes from Larkholt’s own server, which the tool asks with a signed request.',
        ],
        shows: [{ label: 'houses.js, after microapp-widget.js', file: 'houses.js' }],
      },
    },
    {
      path: '/finance',
      file: 'finance',
      title: 'What it is a month',
      description: 'Work out what a house costs a month before you talk to a bank.',
      scripts: ['/finance.js'],
      way: {
        name: 'React and a server',
        title: 'A component, and a server that keeps the token',
        words: [
          'The browser gets no token at all. Larkholt’s server has it, and asks for a ticket: good once, for a minute, in our frame.',
          'The slip beside it has no frame. It asks Larkholt’s server, which runs the tool and passes the answer on: the way of an app on a phone.',
        ],
        shows: [
          { label: 'The component', file: 'payment.tsx' },
          { label: 'The server', file: 'backend.ts' },
        ],
      },
    },
    {
      path: '/documents',
      file: 'documents',
      title: 'Documents',
      description: 'Plans, permits and your contract.',
      policy: 'locked',
      tag: scriptTag(
        microapp,
        clientTokens.home,
        `data-mode="inline" data-target="#payments" data-currency="EUR" nonce="${nonce}"`,
      ),
      way: {
        name: 'Strict CSP',
        title: 'Nothing to loosen',
        words: [
          'A nonce and strict-dynamic, Trusted Types with no policy at all, COEP require-corp. The tag needs the nonce; the frame needs one line.',
        ],
        shows: ['tag', { label: 'Content-Security-Policy', file: 'locked-policy' }],
      },
    },
    {
      path: '/by-hand',
      file: 'by-hand',
      title: 'A host written by hand',
      description: 'A tool in an iframe without a script of ours in the page.',
      scripts: ['/by-hand.js'],
      way: {
        name: 'By hand',
        title: 'The protocol, in twenty lines',
        words: [
          'Both checks matter: another frame of this page could send the same message, and so could a document that has replaced ours.',
          'The frame says how tall it is, and takes the colors that the page names.',
        ],
        shows: [{ label: 'by-hand.js', file: 'by-hand.js' }],
      },
    },
    {
      path: '/copied-url',
      file: 'copied-url',
      title: 'A copied address',
      description: 'A tool by an address that was copied and pasted.',
      scripts: ['/copied-url.js'],
      way: {
        name: 'Copied URL',
        title: 'For systems that take an address only',
        words: [
          'Paste what “Copy URL” gives you, and nothing that you have put together yourself. The embed token is not in it; revoking that ends the address, too.',
          'It works on the listed pages only: any other that frames it is refused by the browser.',
        ],
        shows: [
          { label: 'What a webmaster pastes', file: 'pasted-iframe' },
          { label: 'copied-url.js', file: 'copied-url.js' },
        ],
      },
    },
    {
      path: refusedPath,
      file: 'refused',
      title: 'A page that nobody has listed',
      description: 'What a widget does where it is not allowed.',
      scripts: [mountScript, '/refused.js'],
      way: {
        name: 'Refused',
        title: 'A copied token is worth nothing elsewhere',
        words: [
          'The browser says where a page is from, and no script can make it say otherwise. The session endpoint compares that with the surface’s list.',
        ],
        shows: [{ label: 'refused.js', file: 'refused.js' }],
      },
    },
  ];
}

function scriptTag(microapp: string, clientToken: string, attributes?: string): string {
  const more = attributes === undefined ? '' : ` ${attributes}`;
  return `<script src="${microapp}/embed.js" data-embed-key="${clientToken}"${more} async></script>`;
}
