/** `lifeline config reference`: every key explained, as the Markdown of docs/configuration*.md. */
import { stringify } from 'yaml';
import { configEntries, configJsonSchema } from '../../config/json-schema.ts';
import type { Entry } from '../../config/section.ts';
import { REFERENCE } from '../../text/cli/config-reference.ts';
import type { Locale } from '../../text/locale.ts';
import { localeInUse } from '../help/language.ts';

export const reference = (locale: Locale): string => {
  const text = REFERENCE[locale];
  const entries = configEntries();

  const presetOf = ({ isRequired, preset, form, words }: Entry): string => {
    if (isRequired) return text.required;
    if (words.otherwise) return words.otherwise[locale];
    if (preset === undefined || (Array.isArray(preset) && preset.length === 0)) return text.none;
    // A section that is left out has the defaults of its keys.
    return form === null ? '' : `\`${Array.isArray(preset) ? `[${preset.join(', ')}]` : stringify(preset).trim()}\``;
  };

  const row = (entry: Entry, prefix: string): readonly string[] => {
    const { path, form, isList, words } = entry;
    const name = `\`${path.slice(prefix.length)}\``;
    // The anchor that GitHub makes of a heading.
    const below = text.seeBelow(path.replaceAll(/[^\w-]/g, ''));
    if (form === null) return [name, text.section(isList), presetOf(entry), below];
    return [name, isList ? text.listOf(form[locale]) : form[locale], presetOf(entry), words[locale]];
  };

  const table = (rows: readonly Entry[], prefix: string): string =>
    [text.columns, text.columns.map(() => '---'), ...rows.map((entry) => row(entry, prefix))]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');

  const example = ({ words }: Entry): readonly string[] =>
    words.example === undefined ? [] : [text.example, `\`\`\`yaml\n${words.example}\n\`\`\``];

  const childrenOf = (prefix: string): readonly Entry[] =>
    entries.filter(({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.'));

  const section = (part: Entry, depth: number): readonly string[] => {
    const prefix = `${part.path}${part.isList ? '[]' : ''}.`;
    const children = childrenOf(prefix);
    return [
      `${'#'.repeat(depth)} \`${part.path}\``,
      `${part.words[locale]}${locale === 'en' ? '.' : '。'}`,
      table(children, prefix),
      ...example(part),
      ...children.filter(({ form }) => form === null).flatMap((child) => section(child, depth + 1)),
    ];
  };

  const top = childrenOf('');
  const plain = top.filter(({ form }) => form !== null);
  const parts = [
    `# ${text.title}`,
    locale === 'en' ? '[中文](configuration.zh-CN.md)' : '[English](configuration.md)',
    ...text.intro,
    `## ${text.general}`,
    table(plain, ''),
    ...plain.flatMap(example),
    ...top.filter(({ form }) => form === null).flatMap((part) => section(part, 2)),
  ];
  return `${parts.join('\n\n')}\n`;
};

/** `lifeline config reference`. */
export const printReference = ({ locale }: { readonly locale?: Locale }): void => {
  process.stdout.write(reference(locale ?? localeInUse(process.env)));
};

/** `lifeline config schema`. */
export const printSchema = (): void => {
  process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
};
