import { describe, expect, test } from 'vitest';
import { servedByHermes } from '../../src/gateways/hermes/process-rule.ts';

const env = { HOME: '/home/ann' };

describe("Hermes's process rule", () => {
  test.each([
    ['hermes gateway', '/home/ann/.hermes'],
    ['/usr/local/bin/hermes gateway run', '/home/ann/.hermes'],
    ['hermes -p ops gateway run --replace', '/home/ann/.hermes/profiles/ops'],
    ['hermes --profile=ops gateway', '/home/ann/.hermes/profiles/ops'],
    ['hermes -p default gateway run', '/home/ann/.hermes'],
    ['hermes -p gateway gateway run', '/home/ann/.hermes/profiles/gateway'],
    ['python -m hermes_cli.main gateway run', '/home/ann/.hermes'],
    ['python3 /opt/x/hermes_cli/main.py --profile x gateway run', '/home/ann/.hermes/profiles/x'],
    ['python /opt/hermes/gateway/run.py', '/home/ann/.hermes'],
    ['hermes-gateway', '/home/ann/.hermes'],
    ['hermes gateway restart', '/home/ann/.hermes'],
    ['hermes gateway -v', '/home/ann/.hermes'],
  ])('takes "%s" for the gateway of %s', (command, home) => {
    expect(servedByHermes(command.split(' '), env)).toEqual({ home, entry: 'own' });
  });

  test.each([
    'hermes chat',
    'hermes gateway status',
    'hermes gateway stop',
    'hermes gateway list',
    'hermes -p gateway chat',
    'python -m tui_gateway',
    'grep gateway',
    'tail -f /home/ann/.hermes/logs/gateway.log',
    'vim hermes gateway.md',
    '',
  ])('does not take "%s" for a gateway', (command) => {
    expect(servedByHermes(command.split(' '), env)).toBeNull();
  });

  test('lets the environment name the home, and says so when it may not be read', () => {
    expect(servedByHermes(['hermes', 'gateway'], { HOME: '/home/ann', HERMES_HOME: '/srv/h/' })).toEqual({
      home: '/srv/h',
      entry: 'own',
    });
    expect(servedByHermes(['hermes', 'gateway'], null)).toEqual({ home: null, entry: 'own' });
    expect(servedByHermes(['hermes', '-p', 'ops', 'gateway'], { HERMES_HOME: '/srv/h/profiles/ops' })).toEqual({
      home: '/srv/h/profiles/ops',
      entry: 'own',
    });
  });
});
