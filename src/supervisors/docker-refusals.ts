/** What docker and podman mean when they refuse, and what a person does about it. */
import { MOST_WORDS, type CommandOutput } from './run-command.ts';

export type EngineTool = 'docker' | 'podman';

export type EngineRefusal = 'no_container' | 'no_engine' | 'not_allowed' | 'not_running' | 'paused' | 'other';

const WORDS: readonly (readonly [RegExp, EngineRefusal])[] = [
  [
    /permission denied while trying to connect|permission denied.{0,500}\.sock|\.sock.{0,500}permission denied/i,
    'not_allowed',
  ],
  // "failed to connect to the docker API" is the newest docker's; "error during connect" that of a remote or Desktop
  // engine.
  [
    /cannot connect to (?:the docker daemon|podman)|failed to connect to the docker api|error during connect|unable to connect to podman/i,
    'no_engine',
  ],
  [/no such (?:object|container)|no container with name or id/i, 'no_container'],
  [/paused container|unpause/i, 'paused'],
  [/is not running|can only kill running/i, 'not_running'],
];

export const engineRefusalOf = ({ stdout, stderr }: Pick<CommandOutput, 'stdout' | 'stderr'>): EngineRefusal => {
  const text = `${stderr}\n${stdout.slice(0, MOST_WORDS)}`;
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
};

/** A sentence for people when the engine cannot be asked at all. */
export const engineAdvice = (
  tool: EngineTool,
  refusal: 'no_engine' | 'not_allowed' | 'not_found' | 'silent',
  { user, platform }: { readonly user: string; readonly platform: NodeJS.Platform },
): string => {
  if (refusal === 'not_found')
    return `${tool} is not on the PATH of Lifeline. Install it, or set "supervisor" of this gateway to what keeps it here.`;
  if (refusal === 'silent')
    return `${tool === 'docker' ? 'the docker daemon' : tool} hangs and leaves the question unanswered. See whether this ends: ${tool} ps`;
  if (tool === 'podman') {
    return platform === 'linux'
      ? 'podman does not answer. Run: podman info – and mend what it says. Containers belong to the user who started them; run Lifeline as that user.'
      : 'podman does not answer: its virtual machine is not running. Run: podman machine start';
  }
  if (refusal === 'not_allowed') {
    return `${user} may not use docker. Run once: sudo usermod -aG docker ${user} – then log in again (and restart Lifeline). Membership is as good as root; rootless docker avoids it: https://docs.docker.com/engine/security/rootless/`;
  }
  return platform === 'linux'
    ? 'the docker daemon does not answer. Run: sudo systemctl enable --now docker (rootless: systemctl --user enable --now docker). If it listens elsewhere, give Lifeline the same DOCKER_HOST as your shell has.'
    : 'the docker daemon does not answer. Start Docker Desktop and let it start with the session.';
};
