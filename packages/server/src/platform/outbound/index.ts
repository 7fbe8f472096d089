export { createAddressRule } from './address-rules.ts';
export { createOutbound, OutboundError, type Outbound, type OutboundFailure } from './outbound.ts';
