import { describe, expect, it } from 'vitest';
import { parseGatewayCommand, servedByHermes } from '../../src/gateways/hermes/process-rule.ts';

/** Words, a word with blanks in quotes. */
const argvOf = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const env = { HOME: '/home/ann' };

/**
 * What only names the gateway: looking at it, editing it, reaching it elsewhere, another project with the same names.
 */
const DECOYS = [
  // Sidecars of a gateway: never the gateway itself.
  'node /home/ann/.hermes/hermes-agent/scripts/whatsapp-bridge/bridge.js --port 3000 --session /home/ann/.hermes/whatsapp/session',
  'node bridge.js --port 3000',
  'signal-cli -a +10000000 daemon --http 127.0.0.1:8080',
  'java -jar /opt/signal-cli/lib/signal-cli.jar daemon --http',
  'journalctl --user -u hermes-gateway -f',
  'journalctl -fu hermes-gateway.service',
  'systemctl --user status hermes-gateway',
  'systemctl --user restart hermes-gateway',
  'docker logs -f hermes-gateway',
  'docker exec -it hermes-gateway bash',
  'docker run --name hermes-gateway image hermes gateway run',
  'podman run --rm hermes hermes gateway run',
  'kubectl logs -f deploy/hermes-gateway',
  'vim /opt/hermes/gateway/run.py',
  'nano /opt/hermes/gateway/run.py',
  'emacs -nw gateway/run.py',
  'code /opt/hermes/gateway/run.py',
  'less +F /home/ann/.hermes/logs/gateway.log',
  'tail -F /home/ann/.hermes/logs/gateway.log',
  'grep -rn gateway hermes_cli/main.py',
  'rg hermes gateway',
  'cat /usr/bin/hermes-gateway',
  'ssh box hermes-gateway',
  'ssh box hermes gateway run',
  "ssh -o 'ProxyCommand=nc %h %p' box hermes gateway run",
  'mosh box -- hermes gateway run',
  'tmux new -s gw hermes gateway run',
  'screen -dmS gw hermes gateway run',
  'watch -n 1 hermes gateway status',
  'strace -f hermes gateway run',
  'gdb --args python -m hermes_cli.main gateway run',
  'sudo -u bot hermes gateway run',
  'uv run hermes gateway run',
  'pipx run hermes-agent gateway run',
  'conda run -n bot hermes gateway run',
  'timeout 60 hermes gateway run',
  "bash -c 'hermes gateway run'",
  "sh -c 'hermes gateway run; true'",
  'python -m hermes_cli.stderr_timestamp --error-log x -- hermes gateway run',
  'python -m pdb hermes_cli/main.py gateway run',
  'python -c hermes gateway run',
  'python -m pytest gateway/run.py',
  'python -m black gateway/run.py',
  'python -m tui_gateway',
  'pylint gateway/run.py',
  'hermes chat',
  'hermes chat gateway run',
  'hermes -p gateway chat',
  'hermes gateway status',
  'hermes gateway stop',
  'hermes gateway start',
  'hermes gateway install',
  'hermes gateway list',
  'hermes doctor gateway',
  'hermesd gateway run',
  'my-hermes gateway run',
  'hermes-gateway-exporter',
  '/usr/bin/node /srv/hermes-gateway-ui/server.js',
  'rsync -a host:.hermes/ /backup/hermes gateway',
  'cp /usr/bin/hermes gateway',
  '',
];

/** What runs it, however it was installed and started; `own`: nothing else is called so. */
const FORMS: readonly (readonly [line: string, home: string, entry: 'own' | 'common'])[] = [
  ['hermes gateway', '/home/ann/.hermes', 'own'],
  ['hermes gateway run', '/home/ann/.hermes', 'own'],
  ['hermes gateway run --replace', '/home/ann/.hermes', 'own'],
  ['hermes gateway -v', '/home/ann/.hermes', 'own'],
  ['hermes gateway restart', '/home/ann/.hermes', 'own'],
  ['/usr/local/bin/hermes gateway run', '/home/ann/.hermes', 'own'],
  ['/home/ann/.local/bin/hermes --yolo gateway run', '/home/ann/.hermes', 'own'],
  ['hermes --skills web gateway run', '/home/ann/.hermes', 'own'],
  ['hermes -p ops gateway run --replace', '/home/ann/.hermes/profiles/ops', 'own'],
  ['hermes --profile ops gateway', '/home/ann/.hermes/profiles/ops', 'own'],
  ['hermes --profile=ops gateway', '/home/ann/.hermes/profiles/ops', 'own'],
  ['hermes -p default gateway run', '/home/ann/.hermes', 'own'],
  ['hermes -p gateway gateway run', '/home/ann/.hermes/profiles/gateway', 'own'],
  ['hermes.exe gateway run', '/home/ann/.hermes', 'own'],
  ['python -m hermes_cli.main gateway run', '/home/ann/.hermes', 'own'],
  ['/opt/venv/bin/python3.11 -m hermes_cli.main gateway run --external-supervisor', '/home/ann/.hermes', 'own'],
  ['python3 -u -m hermes_cli.main -p x gateway run', '/home/ann/.hermes/profiles/x', 'own'],
  ['python3 -W ignore -X faulthandler -m hermes_cli.main gateway', '/home/ann/.hermes', 'own'],
  ['python3 -uIm hermes_cli.main gateway', '/home/ann/.hermes', 'own'],
  ['pypy3.10 -m hermes_cli.main gateway', '/home/ann/.hermes', 'own'],
  ['python3 /opt/x/hermes_cli/main.py --profile x gateway run', '/home/ann/.hermes/profiles/x', 'own'],
  [
    '/home/ann/.local/share/pipx/venvs/hermes-agent/bin/python /home/ann/.local/bin/hermes gateway run',
    '/home/ann/.hermes',
    'own',
  ],
  [
    '/home/ann/miniconda3/envs/bot/bin/python3.12 /home/ann/miniconda3/envs/bot/bin/hermes gateway run',
    '/home/ann/.hermes',
    'own',
  ],
  [
    '/home/ann/.local/share/uv/tools/hermes-agent/bin/python3 /home/ann/.local/bin/hermes gateway run',
    '/home/ann/.hermes',
    'own',
  ],
  [
    '/nix/store/abc-python3-3.12.8/bin/python3.12 /nix/store/def-hermes-0.19/bin/.hermes-wrapped gateway run',
    '/home/ann/.hermes',
    'own',
  ],
  ['/nix/store/def-hermes-0.19/bin/.hermes-wrapped gateway run', '/home/ann/.hermes', 'own'],
  ['hermes-gateway', '/home/ann/.hermes', 'own'],
  ['/opt/venv/bin/python /opt/venv/bin/hermes-gateway', '/home/ann/.hermes', 'own'],
  ['python /opt/hermes-agent/gateway/run.py', '/home/ann/.hermes', 'own'],
  ['python /srv/shop/gateway/run.py', '/home/ann/.hermes', 'common'],
  ['python gateway/run.py', '/home/ann/.hermes', 'common'],
  ['python -m gateway.run', '/home/ann/.hermes', 'common'],
];

describe('what only names a Hermes gateway', () => {
  it.each(DECOYS)('`%s` is none', (line) => expect(servedByHermes(argvOf(line), env)).toBeNull());
});

describe('what runs a Hermes gateway', () => {
  it.each(FORMS)('`%s` serves %s (%s)', (line, home, entry) =>
    expect(servedByHermes(argvOf(line), env)).toEqual({ home, entry }),
  );

  it('says that it restarts one, and whose home it cannot tell', () => {
    expect(parseGatewayCommand(argvOf('hermes gateway restart'))?.subcommand).toBe('restart');
    expect(servedByHermes(['hermes', 'gateway'], null)).toEqual({ home: null, entry: 'own' });
    expect(servedByHermes(['hermes', 'gateway'], { ...env, HERMES_HOME: '/srv/h/' })).toEqual({
      home: '/srv/h',
      entry: 'own',
    });
    expect(servedByHermes(['hermes', '-p', 'ops', 'gateway'], { HERMES_HOME: '/srv/h/profiles/ops' })).toEqual({
      home: '/srv/h/profiles/ops',
      entry: 'own',
    });
  });
});
