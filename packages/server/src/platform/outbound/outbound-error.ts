export type OutboundFailure = 'address_not_allowed' | 'name_unknown' | 'unreachable' | 'timed_out' | 'answer_too_large';

/** Why a call outside came to nothing. The message is the failure's name: what the other side said is in `cause`. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure, options?: ErrorOptions) {
    super(failure, options);
    this.failure = failure;
  }
}
