import type { FrameConfig, Init } from '@microapp/contract/protocol';
import type { ConnectOptions, HostLink } from '@microapp/embed/frame';
import { Failure, isTransient, toFailure, type FailureCode } from '../session/failure.ts';
import type { Credential, UrlCredential } from '../session/exchange.ts';
import { askHost, asCredential } from '../session/host-credential.ts';
import type { Network } from '../session/send-json.ts';
import { createSession, type Session } from '../session/session.ts';
import { mergedConfig, parseConfig, surfaceConfig } from './frame-config.ts';
import type { ToolSession } from './describe-tool.ts';

/** An app of the session that this frame can show. */
export type ToolTab = { slug: string; name: string };

export type Phase =
  | { kind: 'connecting' }
  /** Opened by itself, with no page around it. */
  | { kind: 'alone' }
  /** `line`: for the page's developer, where that is who looks. */
  | { kind: 'failed'; failure: Failure; retry: () => void; line?: string | undefined }
  | { kind: 'ready'; tools: ToolTab[]; session: ToolSession; send: HostLink['send'] };

/** What the frame shows: how far it has come, and how the host wants it to look and speak. */
export type FrameState = {
  phase: Phase;
  config: FrameConfig;
  /** The app that the page has asked for last, by its slug; another object each time that it asks. */
  asked?: { id: string } | undefined;
};

export type StartDeps = Network & {
  connect(options: ConnectOptions): HostLink;
  onWake(task: () => void): () => void;
  /** Whether there is a page around the frame. */
  isEmbedded: boolean;
  /**
   * The token that the frame's address brought, where it is a copied URL: then the page around is not asked for one.
   * `taken`: it brought one before, which only the page around can bring again.
   */
  urlCredential?: UrlCredential | 'taken' | undefined;
  /** The origin of the page around, as the browser tells it without a handshake; `null` when it does not. */
  parentOrigin: string;
  /** Loads the document anew: the only way to another handshake. */
  reload(): void;
};

/** What the frame's document says about itself. */
export type FrameDocument = { slug?: string | undefined; surfaceId?: string | undefined; title: string };

/** For the page's developer: what the session was refused for, and where that is mended. The visitor reads the frame. */
function lineFor(code: FailureCode, origin: string): string {
  if (code === 'origin_not_allowed')
    return `${origin} is not an allowed origin here. Add it under Auth > Allowed origins.`;
  if (code === 'permission_denied') {
    return 'This token does not allow it. Look under Auth which apps it is for and what it may do, and name one of them.';
  }
  return `${code}: the frame has no session. Look for this token under Auth, and for the request in the access log.`;
}

/** A page on the computer of whoever looks at it: there it is the developer who reads the frame, and not a visitor. */
const developersOrigin = /^https?:\/\/(localhost|127(\.\d+){3})(:\d+)?$/;

/** The smallest box in which a form is still usable, in CSS pixels. */
const minSize = { w: 280, h: 320 };

/**
 * Opens a session, after a handshake or with the token of the address, and calls `show` with each new state, the first
 * one at once. Answers with the link to the host, where there is a handshake.
 */
export function startFrame(
  deps: StartDeps,
  document: FrameDocument,
  show: (state: FrameState) => void,
): HostLink | undefined {
  let state: FrameState = { phase: { kind: 'connecting' }, config: {} };
  const change = (part: Partial<FrameState>) => {
    state = { ...state, ...part };
    show(state);
  };
  if (!deps.isEmbedded) {
    change({ phase: { kind: 'alone' } });
    return undefined;
  }
  change({});
  deps.onWake(() => {
    if (state.phase.kind === 'failed' && isTransient(state.phase.failure)) state.phase.retry();
  });
  const { urlCredential } = deps;
  if (urlCredential === 'taken') {
    change({ phase: { kind: 'failed', failure: new Failure('page_too_old'), retry: () => deps.reload() } });
    return undefined;
  }
  if (urlCredential !== undefined) {
    startByUrl(urlCredential);
    return undefined;
  }

  const link = deps.connect({
    slug: document.slug,
    onInit: (init, hostOrigin) => accept(init, hostOrigin),
    onTimeout: () => change({ phase: { kind: 'failed', failure: new Failure('no_host'), retry: () => deps.reload() } }),
  });
  link.on('MICROAPP_OPEN', ({ slug }) => {
    if (typeof slug === 'string') change({ asked: { id: slug } });
  });
  link.on('MICROAPP_CONFIG', ({ config }) => change({ config: mergedConfig(state.config, parseConfig(config)) }));
  return link;

  /** There is nobody to talk to: the page around holds an iframe and no code of ours. */
  function startByUrl(credential: UrlCredential): void {
    const nextCredential = (): Promise<Credential> => Promise.resolve(credential);
    const place = { parentOrigin: deps.parentOrigin, slug: document.slug };
    const session = createSession({ ...deps, nextCredential, onRefused: () => {} }, place);
    void open(session, { ...place, send: () => {}, credential: () => credential });
  }

  function accept(init: Init, parentOrigin: string): void {
    change({ phase: { kind: 'connecting' }, config: parseConfig(init.config) });
    link.send({ type: 'MICROAPP_ACK', title: document.title, minSize });
    const slug = document.slug ?? init.slug;
    const session = createSession(
      {
        ...deps,
        nextCredential: (reason) => askHost(link, reason),
        onRefused: ({ code }) => link.send({ type: 'MICROAPP_AUTH_ERR', code, message: lineFor(code, parentOrigin) }),
      },
      { parentOrigin, slug, surfaceId: document.surfaceId },
    );
    void open(session, { slug, parentOrigin, send: link.send, credential: () => asCredential(init) });
  }

  /** Opens the session with the credential that there is; without one, with a new one of the host. */
  async function open(
    session: Session,
    by: { slug: string | undefined; parentOrigin: string; send: HostLink['send']; credential?: () => Credential },
  ): Promise<void> {
    const { slug, parentOrigin, send, credential } = by;
    try {
      const { config: ui } = await session.open(credential?.());
      const tools = ui.apps.filter((app) => app.kind === 'tool' && (slug === undefined || app.slug === slug));
      if (tools.length === 0) throw new Failure('not_found');
      send({ type: 'MICROAPP_AUTH_OK' });
      change({
        phase: { kind: 'ready', tools, session, send },
        config: mergedConfig(surfaceConfig(ui), state.config),
      });
    } catch (error) {
      const failure = toFailure(error);
      const message = lineFor(failure.code, parentOrigin);
      send({ type: 'MICROAPP_AUTH_ERR', code: failure.code, message });
      const retry = () => {
        change({ phase: { kind: 'connecting' } });
        void open(session, { slug, parentOrigin, send });
      };
      change({
        phase: { kind: 'failed', failure, retry, ...(developersOrigin.test(parentOrigin) && { line: message }) },
      });
    }
  }
}
