/** `openclaw.json`, read and never written (facts/openclaw.md 1.1, 1.5): JSON5, as people write it. */
import JSON5 from 'json5';

export type Section = Readonly<Record<string, unknown>>;

export const section = (value: unknown): Section => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : {});

export const CONFIG_FILE = 'openclaw.json';
const DEFAULT_PORT = 18_789;

export interface OpenClawConfig {
  readonly port: number;
  /** As it stands there; null: not as text. A `${NAME}` or a reference is not resolved here. */
  readonly token: string | null;
  readonly logFile: string | null;
  readonly root: Section;
}

/** @throws SyntaxError when it is no JSON5, with line and column. */
export const parseOpenClawConfig = (text: string): OpenClawConfig => {
  const root = section(JSON5.parse(text));
  const gateway = section(root['gateway']);
  const { port } = gateway;
  const { token } = section(gateway['auth']);
  const { file } = section(root['logging']);
  return {
    port: typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : DEFAULT_PORT,
    token: typeof token === 'string' && token !== '' ? token : null,
    logFile: typeof file === 'string' && file !== '' ? file : null,
    root,
  };
};
