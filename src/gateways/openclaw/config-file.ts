/** `openclaw.json`, read and never written (docs/facts/openclaw.md 1.1, 1.5): JSON5, as people write it. */
import JSON5 from 'json5';
import { section, type Section } from '../../base/parsed-section.ts';

/** Text or a number, as people write an id; null for what is empty, or neither. */
export const wordOf = (value: unknown): string | null => {
  if (typeof value === 'number') return String(value);
  const word = typeof value === 'string' ? value.trim() : '';
  return word === '' ? null : word;
};

export const CONFIG_FILE = 'openclaw.json';
const DEFAULT_PORT = 18_789;

export interface OpenClawConfig {
  readonly port: number;
  readonly logFile: string | null;
  readonly root: Section;
}

/** Of a file that is not there, or says nothing. */
export const NO_CONFIG: OpenClawConfig = { port: DEFAULT_PORT, logFile: null, root: {} };

/** @throws SyntaxError when it is no JSON5, with `lineNumber` and `columnNumber`. */
export const parseOpenClawConfig = (text: string): OpenClawConfig => {
  const root = section(JSON5.parse(text));
  const { port } = section(root['gateway']);
  return {
    port: typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : DEFAULT_PORT,
    logFile: wordOf(section(root['logging'])['file']),
    root,
  };
};

/** @returns `NO_CONFIG` for what cannot be understood: the lint tells of that. */
export const configOf = (text: string | null): OpenClawConfig => {
  try {
    return text === null ? NO_CONFIG : parseOpenClawConfig(text);
  } catch {
    return NO_CONFIG;
  }
};
