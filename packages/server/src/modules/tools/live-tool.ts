import type { ToolSpec } from '@microapp/contract';
import type { LiveApp } from '../apps/index.ts';

export type LiveTool = Omit<LiveApp, 'spec'> & { spec: ToolSpec };
