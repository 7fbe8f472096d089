import type { FrameConfig, Init } from '@microapp/contract/protocol';
import type { ConnectOptions, HostLink } from '@microapp/embed/frame';
import { Failure, isTransient, toFailure } from '../session/failure.ts';
import { askHost, asCredential } from '../session/host-credential.ts';
import type { Network } from '../session/send-json.ts';
import { createSession, type Session } from '../session/session.ts';
import { mergedConfig, parseConfig } from './frame-config.ts';
import { toolApi, type ToolApi } from './api.ts';

/** An app of the session that this frame can show. */
export type ToolTab = { slug: string; name: string };

export type Phase =
  | { kind: 'connecting' }
  /** Opened by itself, with no page around it. */
  | { kind: 'alone' }
  | { kind: 'failed'; failure: Failure; retry: () => void }
  | { kind: 'ready'; tools: ToolTab[]; api: ToolApi; send: HostLink['send'] };

/** What the frame shows: how far it has come, and how the host wants it to look and speak. */
export type FrameState = { phase: Phase; config: FrameConfig };

export type StartDeps = Network & {
  connect(options: ConnectOptions): HostLink;
  onWake(task: () => void): () => void;
  /** Whether there is a page around the frame. */
  isEmbedded: boolean;
  /** Loads the document anew: the only way to another handshake. */
  reload(): void;
};

/** What the frame's document says about itself. */
export type FrameDocument = { slug?: string | undefined; surfaceId?: string | undefined; title: string };

/** The smallest box in which a form is still usable, in CSS pixels. */
const minSize = { w: 280, h: 320 };

/** Shakes hands, opens the session, and calls `show` with each new state, the first one at once. Answers with the link. */
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

  const link = deps.connect({
    slug: document.slug,
    onInit: (init, hostOrigin) => void accept(init, hostOrigin),
    onTimeout: () => change({ phase: { kind: 'failed', failure: new Failure('no_host'), retry: () => deps.reload() } }),
  });
  deps.onWake(() => {
    if (state.phase.kind === 'failed' && isTransient(state.phase.failure)) state.phase.retry();
  });
  link.on('MICROAPP_CONFIG', ({ config }) => change({ config: mergedConfig(state.config, parseConfig(config)) }));
  return link;

  async function accept(init: Init, parentOrigin: string): Promise<void> {
    change({ phase: { kind: 'connecting' }, config: parseConfig(init.config) });
    link.send({ type: 'MICROAPP_ACK', title: document.title, minSize });
    const slug = document.slug ?? init.slug;
    const session = createSession(
      {
        ...deps,
        nextCredential: (reason) => askHost(link, reason),
        onRefused: (failure) => link.send({ type: 'MICROAPP_AUTH_ERR', code: failure.code }),
      },
      { parentOrigin, slug, surfaceId: document.surfaceId },
    );
    await open(session, { init, slug });
  }

  /** Opens the session with the credential of INIT; without one, with a new one of the host. */
  async function open(session: Session, { init, slug }: { init?: Init; slug: string | undefined }): Promise<void> {
    try {
      const { config: ui } = await session.open(init && asCredential(init));
      const tools = ui.apps.filter((app) => app.kind === 'tool' && (slug === undefined || app.slug === slug));
      if (tools.length === 0) throw new Failure('not_found');
      link.send({ type: 'MICROAPP_AUTH_OK' });
      change({
        phase: { kind: 'ready', tools, api: toolApi(session), send: link.send },
        config: mergedConfig({ theme: ui.theme, texts: ui.texts }, state.config),
      });
    } catch (error) {
      const failure = toFailure(error);
      link.send({ type: 'MICROAPP_AUTH_ERR', code: failure.code });
      const retry = () => {
        change({ phase: { kind: 'connecting' } });
        void open(session, { slug });
      };
      change({ phase: { kind: 'failed', failure, retry } });
    }
  }
}
