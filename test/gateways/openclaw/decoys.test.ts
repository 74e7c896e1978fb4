import { describe, expect, it } from 'vitest';
import { servedByOpenClaw } from '../../../src/gateways/openclaw/process-rule.ts';

const argvOf = (line: string): readonly string[] => line.split(' ');
const env = { HOME: '/home/me' };

const DECOYS = [
  'journalctl --user -u openclaw-gateway -f',
  'systemctl --user restart openclaw-gateway',
  'docker logs -f openclaw-gateway',
  'docker compose exec openclaw-gateway node dist/index.js gateway',
  'podman run openclaw node dist/index.js gateway',
  'vim openclaw-gateway.service',
  'vim /usr/bin/openclaw gateway',
  'less /tmp/openclaw/openclaw-2026-11-22.log',
  'tail -F /tmp/openclaw/openclaw-2026-11-22.log',
  'grep -r openclaw gateway',
  'rg openclaw gateway run',
  'ssh box openclaw gateway run',
  'tmux new openclaw gateway run',
  'sudo -u bot openclaw gateway run',
  'npx openclaw gateway run',
  'tini -- node dist/index.js gateway',
  'node /x/openclaw.mjs gateway status --json',
  'node /x/openclaw.mjs gateway install',
  'node /x/openclaw.mjs gateway stop --force',
  'node /x/bin/openclaw channels status',
  'node /x/openclaw.mjs tui',
  'node /x/openclaw.mjs agent gateway',
  'node -e 1 /x/openclaw.mjs gateway',
  'node /x/dist/process/spawn-broker/worker.js',
  'node /srv/app/dist/index.js serve',
  'node /srv/app/dist/main.js gateway',
  'python dist/index.py gateway',
  // Its own child.
  'signal-cli -a +10000000 daemon --http 127.0.0.1:8080 --no-receive-stdout',
  'openclaw-gatewayd',
  'openclaw-tui',
  'my-openclaw gateway run',
  '/srv/shop/dist/index.js gateway',
];

const FORMS: readonly (readonly [line: string, home: string, entry: 'own' | 'common'])[] = [
  ['openclaw-gateway', '/home/me/.openclaw', 'own'],
  ['openclaw gateway run', '/home/me/.openclaw', 'own'],
  ['node /usr/bin/openclaw gateway', '/home/me/.openclaw', 'own'],
  [
    '/usr/bin/node --max-old-space-size=8192 /opt/openclaw/dist/index.js gateway --port 18789',
    '/home/me/.openclaw',
    'own',
  ],
  [
    '/usr/bin/node /home/me/.npm-global/lib/node_modules/openclaw/dist/index.js gateway --port 18789',
    '/home/me/.openclaw',
    'own',
  ],
  [
    'node /home/me/.local/share/pnpm/global/5/.pnpm/openclaw@2026.9.6/node_modules/openclaw/dist/entry.js gateway run',
    '/home/me/.openclaw',
    'own',
  ],
  ['node /x/openclaw.mjs --profile ops gateway run', '/home/me/.openclaw-ops', 'own'],
  ['node /x/openclaw.mjs --profile=ops gateway', '/home/me/.openclaw-ops', 'own'],
  ['node /x/openclaw.mjs --dev gateway', '/home/me/.openclaw-dev', 'own'],
  ['node /x/openclaw.mjs gateway run --dev', '/home/me/.openclaw', 'own'],
  ['node /x/openclaw.mjs gateway --token status', '/home/me/.openclaw', 'own'],
  ['node-24 /x/openclaw.mjs gateway', '/home/me/.openclaw', 'own'],
  ['bun run /x/openclaw.mjs gateway', '/home/me/.openclaw', 'own'],
  ['node --import ./hook.mjs --require ./a.cjs /x/openclaw.mjs gateway', '/home/me/.openclaw', 'own'],
  ['node dist/index.js gateway --bind lan --port 18789', '/home/me/.openclaw', 'common'],
  ['node /srv/shop/dist/index.js gateway', '/home/me/.openclaw', 'common'],
];

describe('what only names an OpenClaw gateway', () => {
  it.each(DECOYS)('`%s` is none', (line) => expect(servedByOpenClaw(argvOf(line), env)).toBeNull());
});

describe('what runs an OpenClaw gateway', () => {
  it.each(FORMS)('`%s` serves %s (%s)', (line, home, entry) =>
    expect(servedByOpenClaw(argvOf(line), env)).toEqual({ home, entry }),
  );
});
