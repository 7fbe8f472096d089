import {
  isFrameToHost,
  isReady,
  protocolVersion,
  type FrameConfig,
  type HostToFrame,
} from '@microapp/contract/protocol';
import { Skeleton } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import classes from './frame-preview.module.css';

export type PreviewTicket = { ticket: string; frameUrl: string };

type FramePreviewProps = {
  /** What a screen reader calls the frame. */
  title: string;
  /** Asks the server for a ticket, which is good once. */
  openTicket: () => Promise<PreviewTicket>;
  /** How the frame is to look and speak; a change is shown at once. */
  config: FrameConfig;
  /** CSS pixels; as wide as there is room, without it. */
  width?: number;
};

/** What the SDK gives its frames. */
const sandbox =
  'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox';

/**
 * The real frame, with this page as its host: the protocol's own handshake, by a ticket for the dashboard's own origin.
 * A ticket goes to the frame's exact origin only, after READY came from that very window.
 */
export function FramePreview({ title, openTicket, config, width }: FramePreviewProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const port = useRef<MessagePort>(undefined);
  const [opened, setOpened] = useState<PreviewTicket>();
  const [error, setError] = useState<Error>();
  const latest = useRef({ openTicket, config });
  latest.current = { openTicket, config };

  const open = useCallback(() => {
    setError(undefined);
    latest.current.openTicket().then(setOpened, setError);
  }, []);
  useEffect(open, [open]);

  useEffect(() => {
    if (opened === undefined) return;
    const { origin } = new URL(opened.frameUrl);
    let unused: string | undefined = opened.ticket;
    let answered = '';

    async function nextTicket(): Promise<string> {
      const ticket = unused ?? (await latest.current.openTicket()).ticket;
      unused = undefined;
      return ticket;
    }

    async function hear(event: MessageEvent<unknown>): Promise<void> {
      const target = frame.current?.contentWindow;
      if (target === null || target === undefined || event.source !== target || event.origin !== origin) return;
      // READY is repeated until it is answered; another nonce is another document.
      if (!isReady(event.data) || event.data.nonce === answered) return;
      const { nonce, id } = event.data;
      answered = nonce;
      try {
        const ticket = await nextTicket();
        const channel = new MessageChannel();
        port.current?.close();
        port.current = channel.port1;
        channel.port1.addEventListener('message', ({ data }) => void answer(channel.port1, data));
        channel.port1.start();
        const init = {
          type: 'MICROAPP_EMBED_INIT',
          protocol: protocolVersion,
          id,
          nonce,
          ticket,
          config: latest.current.config,
        };
        target.postMessage(init, origin, [channel.port2]);
      } catch (cause) {
        setError(asError(cause));
      }
    }

    /** The frame asks for another ticket when its session has ended, or when somebody presses “Try again” in it. */
    async function answer(to: MessagePort, data: unknown): Promise<void> {
      if (!isFrameToHost(data) || data.type !== 'MICROAPP_TOKEN_REQUEST') return;
      let message: HostToFrame;
      try {
        message = { type: 'MICROAPP_TOKEN', ticket: await nextTicket() };
      } catch (cause) {
        message = { type: 'MICROAPP_TOKEN', error: asError(cause).message };
      }
      to.postMessage(message);
    }

    const listener = (event: MessageEvent<unknown>): void => void hear(event);
    window.addEventListener('message', listener);
    return () => {
      window.removeEventListener('message', listener);
      port.current?.close();
      port.current = undefined;
    };
  }, [opened]);

  const spelled = JSON.stringify(config);
  useEffect(() => {
    const message: HostToFrame = { type: 'MICROAPP_CONFIG', config: latest.current.config };
    port.current?.postMessage(message);
  }, [spelled]);

  if (error !== undefined) return <ErrorNotice error={error} onRetry={open} />;
  return (
    <div className={classes['stage']} style={{ maxWidth: width }}>
      {opened === undefined ? (
        <Skeleton height="100%" radius={0} />
      ) : (
        <iframe
          ref={frame}
          className={classes['frame']}
          title={title}
          src={opened.frameUrl}
          sandbox={sandbox}
          allow="clipboard-write"
          referrerPolicy="no-referrer"
        />
      )}
    </div>
  );
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
