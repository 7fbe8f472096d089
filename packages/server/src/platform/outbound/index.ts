export { createAddressRule } from './address-rules.ts';
export type { OutboundMethod } from './exchange.ts';
export { createOutbound, type Outbound, type OutboundAnswer } from './outbound.ts';
export { OutboundError, type OutboundFailure } from './outbound-error.ts';
