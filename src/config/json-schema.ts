/** The configuration as a JSON schema, for editors: what may stand where, with a word on each key in both languages. */
import * as z from 'zod';
import { configSchema } from './schema.ts';
import { allEntries, formOf, type Entry } from './section.ts';

interface Node {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  anyOf?: unknown[];
  items?: Node;
  properties?: Record<string, Node>;
}

/** Returns the schema to be described: no configuration is read through it. */
const bareSchema = () =>
  configSchema({
    file: 'config.yaml',
    env: {},
    home: '/',
    readSecret: () => ({ text: '', exposed: false }),
    exposed: () => undefined,
  });

/** Every key of the configuration, each before those in it. */
export const configEntries = (): readonly Entry[] => allEntries(bareSchema());

/** Draft 7, which every editor takes. */
export const configJsonSchema = (): object => {
  const schema = bareSchema();
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, formOf(zodSchema)?.json);
    },
  });
  for (const { path, words, isRequired } of allEntries(schema)) {
    const node = nodeAt(made as Node, path);
    node.description = `${words.en}\n\n${words['zh-CN']}`;
    if (!isRequired) mayBeEmpty(node);
  }
  const { $schema, required, ...rest } = made;
  return { $schema, title: 'Lifeline configuration', ...rest, ...requiredUnlessHub(required) };
};

const nodeAt = (root: Node, path: string): Node =>
  path.split('.').reduce<Node>((node, step) => {
    const found = (node.items ?? node).properties?.[step.replace('[]', '')];
    if (!found) throw new Error(`the JSON schema has no ${path}`);
    return found;
  }, root);

/** `key:` with nothing behind it means the default. Not where there is a choice: editors would offer "null". */
const mayBeEmpty = (node: Node): void => {
  if (node.enum || node.anyOf || node.type === undefined) return;
  node.type = [...(typeof node.type === 'string' ? [node.type] : node.type), 'null'];
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
