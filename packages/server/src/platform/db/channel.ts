const identifier = /^[a-z_][a-z0-9_]{0,62}$/;

/** A notification channel's name as it stands in SQL. Throws `TypeError` unless it is a lower-case identifier. */
export function channelInSql(channel: string): string {
  if (!identifier.test(channel)) throw new TypeError('a channel is a lower-case identifier of at most 63 characters');
  return `"${channel}"`;
}

/** Who listens on which channel. */
export type ChannelHandlers = {
  readonly channels: readonly string[];
  /** Answers whether the handler is the first of its channel. */
  add(channel: string, handler: (payload: string) => void): boolean;
  /** Answers whether the handler was the last of its channel. */
  remove(channel: string, handler: (payload: string) => void): boolean;
  call(channel: string, payload: string): void;
};

export function createChannelHandlers(): ChannelHandlers {
  const handlers = new Map<string, Set<(payload: string) => void>>();
  return {
    get channels() {
      return [...handlers.keys()];
    },
    add(channel, handler) {
      const known = handlers.get(channel);
      if (known === undefined) handlers.set(channel, new Set([handler]));
      else known.add(handler);
      return known === undefined;
    },
    remove(channel, handler) {
      const known = handlers.get(channel);
      known?.delete(handler);
      return known?.size === 0 && handlers.delete(channel);
    },
    call(channel, payload) {
      for (const handler of handlers.get(channel) ?? []) handler(payload);
    },
  };
}
