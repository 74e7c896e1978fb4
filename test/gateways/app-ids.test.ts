import { describe, expect, it } from 'vitest';
import { HERMES_APP_FILES } from '../../src/gateways/hermes/app-ids.ts';

const read = (path: string, text: string) => HERMES_APP_FILES.find((file) => file.path === path)?.read(text);

describe('the bots that a Hermes gateway uses itself', () => {
  it.each<[string, string, unknown]>([
    [
      'plain',
      'FEISHU_APP_ID=cli_0123456789abcdef\nQQ_APP_ID=102000000\n',
      [
        { link: 'feishu', appId: 'cli_0123456789abcdef' },
        { link: 'qqbot', appId: '102000000' },
      ],
    ],
    [
      'quoted, exported, with blanks and CRLF',
      'export FEISHU_APP_ID = "cli_a"\r\n  QQ_APP_ID=\'1\' # mine\r\n',
      [
        { link: 'feishu', appId: 'cli_a' },
        { link: 'qqbot', appId: '1' },
      ],
    ],
    ['commented out or empty', '#QQ_APP_ID=1\nQQ_APP_ID=\nFEISHU_APP_ID=""\n', []],
    ['other names', 'MY_QQ_APP_ID=1\nQQ_APP_ID_2=2\nQQ_CLIENT_SECRET=3\n', []],
  ])('are read from .env: %s', (_how, text, expected) => expect(read('.env', text)).toEqual(expected));

  it.each<[string, string, unknown]>([
    [
      'both',
      'platforms:\n  feishu: { extra: { app_id: cli_a } }\n  qqbot: { extra: { app_id: 102000000 } }\n',
      [
        { link: 'feishu', appId: 'cli_a' },
        { link: 'qqbot', appId: '102000000' },
      ],
    ],
    ['the old name of QQ', 'platforms: { qq: { extra: { app_id: "1" } } }', [{ link: 'qqbot', appId: '1' }]],
    ['none', 'platforms: { telegram: { enabled: true } }', []],
    ['nothing at all', '', []],
    ['odd shapes', 'platforms: [1, 2]\nfeishu: x', []],
  ])('are read from config.yaml: %s', (_how, text, expected) => expect(read('config.yaml', text)).toEqual(expected));
});
