/** `lifeline config reference`: every key explained, as the Markdown of docs/configuration*.md. */
import { stringify } from 'yaml';
import { describe } from '../../config/describe/index.ts';
import { bareSchema, configJsonSchema } from '../../config/json-schema.ts';
import { allEntries, type SchemaEntry } from '../../config/schema-keys.ts';
import { formWords, referenceText } from '../../text/cli/config-reference.ts';
import type { Locale } from '../../text/locale.ts';
import { localeInUse } from '../help/language.ts';

export const reference = (locale: Locale): string => {
  const { title, intro, general } = referenceText(locale);
  const entries = allEntries(bareSchema());
  const top = entries.filter(({ path }) => isDirect(path, ''));
  const plain = top.filter(({ form }) => form !== null);
  const parts = [
    `# ${title}`,
    locale === 'en' ? '[中文](configuration.zh-CN.md)' : '[English](configuration.md)',
    ...intro,
    `## ${general}`,
    table(plain, '', locale),
    ...plain.flatMap(({ path }) => exampleOf(path, locale)),
    ...top.filter(({ form }) => form === null).flatMap((part) => section(part, entries, 2, locale)),
  ];
  return `${parts.join('\n\n')}\n`;
};

const isDirect = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && !path.slice(prefix.length).includes('.');

const section = (
  part: SchemaEntry,
  entries: readonly SchemaEntry[],
  depth: number,
  locale: Locale,
): readonly string[] => {
  const prefix = `${part.path}${part.isList ? '[]' : ''}.`;
  const children = entries.filter(({ path }) => isDirect(path, prefix));
  return [
    `${'#'.repeat(depth)} \`${part.path}\``,
    sentence(describe(part.path).what[locale], locale),
    table(children, prefix, locale),
    ...exampleOf(part.path, locale),
    ...children.filter(({ form }) => form === null).flatMap((child) => section(child, entries, depth + 1, locale)),
  ];
};

const sentence = (words: string, locale: Locale): string => `${words}${locale === 'en' ? '.' : '。'}`;

const exampleOf = (path: string, locale: Locale): readonly string[] => {
  const { example } = describe(path);
  return example === undefined ? [] : [referenceText(locale).example, `\`\`\`yaml\n${example}\n\`\`\``];
};

const table = (rows: readonly SchemaEntry[], prefix: string, locale: Locale): string => {
  const { columns } = referenceText(locale);
  const lines = [columns, columns.map(() => '---'), ...rows.map((entry) => row(entry, prefix, locale))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

const row = (entry: SchemaEntry, prefix: string, locale: Locale): readonly string[] => {
  const text = referenceText(locale);
  const { what } = describe(entry.path);
  const values = entry.form === null ? text.section(entry.isList) : formWords(entry.form, entry.isList, locale);
  const meaning = entry.form === null ? text.seeBelow(anchorOf(entry.path)) : what[locale];
  return [`\`${entry.path.slice(prefix.length)}\``, values, presetOf(entry, locale), meaning];
};

/** Returns the anchor that GitHub makes of a heading. */
const anchorOf = (path: string): string => path.replaceAll(/[^\w-]/g, '');

const presetOf = ({ path, isRequired, preset, form }: SchemaEntry, locale: Locale): string => {
  const { required, none } = referenceText(locale);
  if (isRequired) return required;
  const { otherwise } = describe(path);
  if (otherwise) return otherwise[locale];
  // A section that is left out has the defaults of its keys.
  const isNothing = preset === undefined || (Array.isArray(preset) && preset.length === 0);
  if (form === null) return isNothing ? none : '';
  return isNothing ? none : `\`${inline(preset)}\``;
};

const inline = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : stringify(value).trim());

/** `lifeline config reference`. */
export const printReference = ({ locale }: { readonly locale?: Locale }): void => {
  process.stdout.write(reference(locale ?? localeInUse(process.env)));
};

/** `lifeline config schema`. */
export const printSchema = (): void => {
  process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
};
