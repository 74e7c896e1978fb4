/** Messages as they look on a phone of 390 px: by the card that Feishu gets, and by the rows and buttons that QQ gets. */
import { cardOf } from '../../src/channels/feishu/content/cards.ts';
import { chartPicture } from '../../src/channels/qq/content/png.ts';
import { keyboard } from '../../src/channels/qq/content/keyboard.ts';
import { rowsOf } from '../../src/channels/qq/content/rows.ts';
import { besideChart, type Message } from '../../src/chat/message/message.ts';
import type { Locale } from '../../src/text/locale.ts';
import { chartBlock } from '../../sandbox/feishu/card/chart.ts';
import type { Case } from './cases.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\u200b', '');

type Json = Readonly<Record<string, unknown>>;

const contentOf = ({ text }: Json): string => (text as { readonly content?: string } | undefined)?.content ?? '';

const elementHtml = (element: Json): string => {
  switch (element['tag']) {
    case 'div': {
      const isNote = (element['text'] as Json)['text_size'] === 'notation';
      return `<p class="${isNote ? 'note' : 'line'}">${escaped(contentOf(element))}</p>`;
    }
    case 'markdown':
      return `<pre>${escaped(
        String(element['content'])
          .replace(/^```\w*\n/, '')
          .replace(/\n```$/, ''),
      )}</pre>`;
    case 'button':
      return `<span class="button ${String(element['type'])}">${escaped(contentOf(element))}</span>`;
    case 'column_set':
      return `<div class="flow">${(element['columns'] as readonly Json[]).flatMap((column) => (column['elements'] as readonly Json[]).map(elementHtml)).join('')}</div>`;
    case 'chart': {
      const block = chartBlock(element['chart_spec']);
      if (block.kind !== 'chart') throw new Error('a chart has no picture');
      return `<div class="chart">${block.bars.map(({ colour, height }) => `<i style="background:${colour};height:${height}%"></i>`).join('')}</div>`;
    }
    default:
      throw new Error(`an element ${String(element['tag'])} has no picture yet`);
  }
};

export const feishuHtml = (message: Message): string => {
  const { header, body } = cardOf(message);
  const head = header as { readonly title: { readonly content: string }; readonly template: string } | undefined;
  return `<div class="card">${head ? `<h2 class="${head.template}">${escaped(head.title.content)}</h2>` : ''}<div class="body">${body.elements.map((element) => elementHtml(element as Json)).join('')}</div></div>`;
};

const TAGS = { title: 'h3', line: 'p', code: 'pre', note: 'blockquote' } as const;

export const qqHtml = (message: Message, locale: Locale): string => {
  const rows = rowsOf(besideChart(message)).map(({ kind, text }) => `<${TAGS[kind]}>${escaped(text)}</${TAGS[kind]}>`);
  const { content } = keyboard(message.buttons ?? [], null, locale) as unknown as {
    readonly content: {
      readonly rows: readonly { readonly buttons: readonly { readonly render_data: { readonly label: string } }[] }[];
    };
  };
  const buttons = content.rows.map(
    ({ buttons: row }) =>
      `<div class="row">${row.map(({ render_data }) => `<span>${escaped(render_data.label)}</span>`).join('')}</div>`,
  );
  const picture = message.chart
    ? `<img src="data:image/png;base64,${chartPicture(message.chart).toString('base64')}">`
    : '';
  return `<div class="bubble">${rows.join('')}</div>${buttons.join('')}${picture}`;
};

const STYLE = `
  .chart { display: flex; align-items: flex-end; gap: 2px; height: 56px; } .chart i { flex: 1; } img { width: 100%; }
  body { margin: 0; padding: 12px; background: #dfe3e8; font: 14px/1.5 system-ui, 'Noto Sans SC', 'PingFang SC', sans-serif; }
  .sheet { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
  figure { margin: 0; width: 390px; box-sizing: border-box; padding: 8px; background: #f4f5f7; border-radius: 8px; }
  figcaption { font-size: 11px; color: #667; margin-bottom: 4px; }
  .card { background: #fff; border-radius: 8px; overflow: hidden; border: 1px solid #dee0e3; }
  h2 { margin: 0; padding: 8px 12px; font-size: 15px; }
  h2.red { background: #fde2e2; color: #a8071a; } h2.orange { background: #feead2; color: #8a4b00; }
  h2.green { background: #d9f5d6; color: #1f6b1a; } h2.blue { background: #e1eaff; color: #1c4ba0; }
  .body { padding: 8px 12px 12px; } p { margin: 0 0 4px; white-space: pre-wrap; }
  .note { color: #8f959e; font-size: 12px; }
  pre { margin: 4px 0; padding: 6px; background: #f2f3f5; border-radius: 4px; white-space: pre-wrap; word-break: break-all; font: 12px/1.4 ui-monospace, 'Noto Sans SC', monospace; }
  .flow { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 4px; }
  .button { border: 1px solid #d0d3d6; border-radius: 6px; padding: 3px 11px; } .button.danger { color: #d83931; border-color: #d83931; }
  .button.primary { color: #245bdb; border-color: #245bdb; }
  .bubble { background: #fff; border-radius: 10px; padding: 10px 12px; } h3 { margin: 0 0 6px; font-size: 16px; }
  blockquote { margin: 4px 0 0; padding-left: 8px; border-left: 3px solid #ccd; color: #667; font-size: 13px; white-space: pre-wrap; }
  .row { display: flex; gap: 6px; margin-top: 6px; } .row span { flex: 1; text-align: center; border: 1px solid #9db2d6; border-radius: 6px; padding: 5px 2px; background: #fff; }
`;

/** @param style more of it, such as a font. */
export const page = (all: readonly Case[], platform: 'feishu' | 'qq', locale: Locale, style: string): string => {
  // A token is what makes a channel show a button.
  const tapped = (message: Message): Message => ({
    ...message,
    ...(message.buttons ? { buttons: message.buttons.map((button) => ({ ...button, token: 't' })) } : {}),
  });
  const figures = all.map(({ name, message }) => {
    const shown = platform === 'feishu' ? feishuHtml(tapped(message)) : qqHtml(tapped(message), locale);
    return `<figure><figcaption>${escaped(name)}</figcaption>${shown}</figure>`;
  });
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><title>${platform} ${locale}</title><style>${style}${STYLE}</style><body><div class="sheet">${figures.join('\n')}</div></body></html>`;
};
