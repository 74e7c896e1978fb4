/**
 * A container of an engine that Lifeline does not speak to (LXC, Kubernetes, nspawn), or that has no name here. It can
 * be seen from outside, and be started only from where it was made: a bare process on this machine would be another
 * gateway.
 */
import { missingStatus, type Supervisor } from './supervisor.ts';

export const createForeignContainer = (id: string): Supervisor => {
  const reason = `the gateway ran in a container (${id}) of an engine that Lifeline cannot ask. Restart it there; Lifeline starts nothing in its place`;
  const refuse = async () => ({ outcome: 'failed' as const, steps: [], reason });
  return {
    name: 'docker',
    tool: 'container',
    unit: id,
    container: () => ({ tool: null, id, name: '', askedAs: id }),
    missing: () => reason,
    status: async () => missingStatus({ next: 'unknown' }),
    start: refuse,
    restart: refuse,
    stop: refuse,
    kill: refuse,
    reset: async () => ({ outcome: 'done', steps: [] }),
    command: () => 'true',
  };
};
