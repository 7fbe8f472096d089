import { Skeleton } from '@mantine/core';
import type { FrameConfig, FrameToHost } from '@microapp/contract/protocol';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { ErrorNotice } from './error-notice.tsx';
import { openFrame, type FrameHost, type FrameTicket } from './frame-host.ts';
import classes from './frame-preview.module.css';

export type RunOutcome = Extract<
  FrameToHost,
  { type: 'MICROAPP_RUN_START' } | { type: 'MICROAPP_RUN_OK' } | { type: 'MICROAPP_RUN_ERR' }
>;

export type FramePreviewProps = {
  /** What the frame shows, for a screen reader. */
  title: string;
  requestTicket: () => Promise<FrameTicket>;
  /** How the frame looks and speaks; a change of it is told to the frame, which stays. */
  config?: FrameConfig;
  onRun?: (outcome: RunOutcome) => void;
  /** Its content is drawn; or it says itself why there is none. */
  onReady?: () => void;
  onFailure?: (error: Error) => void;
};

function isRunOutcome(message: FrameToHost): message is RunOutcome {
  return ['MICROAPP_RUN_START', 'MICROAPP_RUN_OK', 'MICROAPP_RUN_ERR'].includes(message.type);
}

/** Between the session's beginning and the drawing of what it shows, where the frame keeps its size. */
const drawnAfterMs = 300;
const minHeight = 320;
const maxHeight = 4000;
const noConfig: FrameConfig = {};

/**
 * The real frame, as visitors get it, with the session of a preview. It begins anew by another `key`: after the draft was
 * saved, for instance.
 */
export function FramePreview({ title, requestTicket, config = noConfig, ...told }: FramePreviewProps) {
  const { onRun, onReady, onFailure } = told;
  const id = useId();
  const iframe = useRef<HTMLIFrameElement>(null);
  const host = useRef<FrameHost>(undefined);
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ isReady: boolean; error?: Error; height: number }>({
    isReady: false,
    height: minHeight,
  });

  const drawing = useRef<number>(undefined);

  const askForTicket = useEffectEvent(() => requestTicket());
  const currentConfig = useEffectEvent(() => config);
  const hear = useEffectEvent((message: FrameToHost) => {
    if (message.type === 'MICROAPP_ACK') setState(({ height }) => ({ isReady: true, height }));
    if (message.type === 'MICROAPP_RESIZE') {
      const height = Math.min(Math.max(message.h, minHeight), maxHeight);
      setState((before) => ({ ...before, height }));
      if (drawing.current !== undefined) drawn();
    }
    if (message.type === 'MICROAPP_AUTH_OK' || message.type === 'MICROAPP_AUTH_ERR') {
      window.clearTimeout(drawing.current);
      drawing.current = window.setTimeout(drawn, drawnAfterMs);
    }
    if (isRunOutcome(message)) onRun?.(message);
  });

  const fail = useEffectEvent((error: Error) => {
    setState(({ height }) => ({ isReady: false, error, height }));
    onFailure?.(error);
  });
  const drawn = useEffectEvent(() => {
    window.clearTimeout(drawing.current);
    drawing.current = undefined;
    onReady?.();
  });

  useEffect(() => {
    if (iframe.current === null) return;
    const opened = openFrame({
      iframe: iframe.current,
      id,
      requestTicket: () => askForTicket(),
      config: () => currentConfig(),
      onMessage: (message) => hear(message),
      onFailure: (error) => fail(error),
    });
    host.current = opened;
    return () => {
      window.clearTimeout(drawing.current);
      opened.close();
    };
  }, [attempt, id]);

  useEffect(() => host.current?.configure(config), [config]);

  function retry(): void {
    setState({ isReady: false, height: minHeight });
    setAttempt((before) => before + 1);
  }

  return (
    <div className={classes['stage']}>
      {state.error !== undefined && <ErrorNotice error={state.error} onRetry={retry} />}
      {!state.isReady && state.error === undefined && (
        <Skeleton
          role="status"
          className={classes['skeleton'] ?? ''}
          height={state.height}
          aria-label="Loading the preview"
        />
      )}
      <iframe
        key={attempt}
        ref={iframe}
        title={title}
        className={classes['frame']}
        height={state.height}
        hidden={state.error !== undefined}
        sandbox="allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox"
        allow="clipboard-write"
        referrerPolicy="no-referrer"
      />
    </div>
  );
}
