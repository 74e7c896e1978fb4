/** The gateway's line to its sandbox. A gateway without a sandbox ends itself, so that nothing is left behind. */
import { WebSocket } from 'ws';
import type { ProcessId } from './proc.ts';
import type { FromGateway, FromSandbox, InnerFault, StartFault } from './protocol.ts';
import type { ScriptedState } from './scripted-link.ts';

export interface ControlOptions {
  readonly url: string;
  readonly self: ProcessId;
  /** Whether it runs beside another gateway of its home. */
  readonly second: boolean;
  readonly onBreak: (fault: InnerFault, sandbox: ProcessId) => void;
  readonly onWork: (turns: number) => void;
  readonly onLink: (link: string, state: ScriptedState) => void;
  /** The sandbox could not be reached for three seconds. */
  readonly onOrphaned: () => void;
}

export interface Control {
  /** Resolves once the sandbox knows this process, with what is to ail it from the start. */
  readonly welcome: Promise<StartFault | null>;
  close(): void;
}

/** In real time, whatever LIFELINE_CLOCK says: these are processes, not a story. */
const ORPHANED_AFTER_MS = 3_000;
const RETRY_MS = 250;

export const connectControl = ({ url, self, second, onBreak, onWork, onLink, onOrphaned }: ControlOptions): Control => {
  const welcome = Promise.withResolvers<StartFault | null>();
  let ended = false;
  let orphaned: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let socket: WebSocket | undefined;

  const close = (): void => {
    ended = true;
    clearTimeout(orphaned);
    clearTimeout(retry);
    socket?.terminate();
  };

  const lost = (): void => {
    if (ended) return;
    orphaned ??= setTimeout(() => {
      close();
      onOrphaned();
    }, ORPHANED_AFTER_MS);
    retry = setTimeout(connect, RETRY_MS);
  };

  const connect = (): void => {
    let sandbox: ProcessId | null = null;
    const ws = new WebSocket(url, { handshakeTimeout: ORPHANED_AFTER_MS });
    socket = ws;
    const say = (message: FromGateway, then: () => void = () => undefined): void =>
      ws.send(JSON.stringify(message), then);
    ws.on('open', () => say({ kind: 'hello', process: self, second }));
    ws.on('error', () => undefined);
    ws.on('close', lost);
    ws.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as FromSandbox;
      if (message.kind === 'welcome') {
        sandbox = message.sandbox;
        clearTimeout(orphaned);
        orphaned = undefined;
        welcome.resolve(message.startFault);
      } else if (message.kind === 'work') {
        onWork(message.turns);
        say({ kind: 'working', turns: message.turns });
      } else if (message.kind === 'link') {
        onLink(message.link, message.state);
        say({ kind: 'linked', link: message.link });
      } else if (sandbox) {
        const known = sandbox;
        say({ kind: 'breaking', fault: message.break }, () => onBreak(message.break, known));
      }
    });
  };

  connect();
  return { welcome: welcome.promise, close };
};
