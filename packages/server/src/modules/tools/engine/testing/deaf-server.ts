import { createStarter } from '../starter.ts';

/** A server that has a process started, and never takes what the starter passes to it. */
createStarter().start(['-e', 'setInterval(() => {}, 1_000)', 'started-for-nobody']);
for (;;);
