'use client';

export type { Handle, Mode, MountOptions, State, Ticket, TicketReason } from '@microapp/embed';
export { Microapp, type MicroappProps } from './microapp.tsx';
export type { MicroappOptions } from './options.ts';
export { useMicroapp, type PlaceRef } from './use-microapp.ts';
