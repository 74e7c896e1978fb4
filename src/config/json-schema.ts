/** The configuration as a JSON schema, for editors: what may stand where, with a word on each key in both languages. */
import { z } from 'zod';
import { configSchema } from './schema.ts';
import { describe } from './describe/index.ts';
import { FIELD_FORMS, jsonOf } from './form.ts';

interface Node {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  anyOf?: unknown[];
  required?: string[];
  items?: Node;
  properties?: Record<string, Node>;
}

/** Returns the schema to be described: no configuration is read through it. */
export const bareSchema = () =>
  configSchema({
    file: 'config.yaml',
    env: {},
    home: '/',
    readSecret: () => ({ text: '', exposed: false }),
    warn: () => undefined,
  });

/** Draft 7, which every editor takes. */
export const configJsonSchema = (): object => {
  const made = z.toJSONSchema(bareSchema(), {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      const form = FIELD_FORMS.get(zodSchema);
      if (form) Object.assign(jsonSchema, jsonOf(form));
    },
  }) as Node;
  explain(made, '');
  const { $schema, required, ...rest } = made as Record<string, unknown>;
  return { $schema, title: 'Lifeline configuration', ...rest, ...requiredUnlessHub(required) };
};

/** The hub of a fleet watches no gateway itself (`hubSchema`). */
const requiredUnlessHub = (required: unknown): object => ({
  if: {
    required: ['fleet'],
    properties: { fleet: { type: 'object', required: ['hub'], properties: { hub: { const: true } } } },
  },
  then: { properties: { gateways: { maxItems: 0 } } },
  else: { required },
});

const explain = (node: Node, path: string): void => {
  if (node.items) explain(node.items, `${path}[]`);
  for (const [key, child] of Object.entries(isOwnCommands(path) ? {} : (node.properties ?? {}))) {
    const name = path === '' ? key : `${path}.${key}`;
    const { what } = describe(name);
    child.description = `${what.en}\n\n${what['zh-CN']}`;
    if (!node.required?.includes(key)) mayBeEmpty(child);
    explain(child, name);
  }
};

/** The keys of own commands are explained in docs/commands.md. */
const isOwnCommands = (path: string): boolean => path === 'commands[]';

/** `key:` with nothing behind it means the default. Not where there is a choice: editors would offer "null". */
const mayBeEmpty = (node: Node): void => {
  if (node.enum || node.anyOf || node.type === undefined) return;
  node.type = [...(typeof node.type === 'string' ? [node.type] : node.type), 'null'];
};
