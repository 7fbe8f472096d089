'use client';

export type { Handle, Mode, MountOptions, State, Ticket, TicketReason } from '@microapp/embed';
export { Microapp, type MicroappProps } from './microapp.tsx';
export { useMicroapp, type MicroappOptions } from './use-microapp.ts';
