import { UserError } from '../../src/base/errors.ts';
import { parseConfig, type ParseOptions } from '../../src/config/load.ts';
import type { Config } from '../../src/config/config.ts';

export const FEISHU_ID = 'cli_0123456789abcdef';

const OPTIONS: ParseOptions = {
  file: 'lifeline.yaml',
  env: { FEISHU_SECRET: 'from-env', EMPTY: ' ' },
  home: '/home/me',
  readSecret: (path) => {
    if (path.endsWith('missing')) throw new Error('ENOENT: no such file');
    return { text: path.endsWith('empty') ? ' \n' : 'from-file\n', exposed: path.endsWith('exposed') };
  },
};

export const parse = (text: string, options: Partial<ParseOptions> = {}): Config =>
  parseConfig(text, { ...OPTIONS, ...options });

/** The complaints about a text, one a line. Throws when there are none: then the test is wrong. */
export const complaints = (text: string, options: Partial<ParseOptions> = {}): string[] => {
  try {
    parse(text, options);
  } catch (error) {
    if (error instanceof UserError && error.code === 'CONFIG_INVALID') return error.message.split('\n');
    throw error;
  }
  throw new Error(`no complaint about:\n${text}`);
};

/** A whole, valid configuration with `extra` keys at its top level. */
export const valid = (extra = ''): string => `gateways:\n  - { name: main, kind: hermes }\n${extra}`;

/** What is warned of, in English. */
export const warned = ({ warnings }: Config): readonly string[] => warnings.map(({ what }) => what.en);
