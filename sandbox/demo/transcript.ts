/**
 * The conversation as lines on the terminal: `10:31:05 飞书 ← 🔴 main：QQ 失联`, `飞书 ✎` when it was changed, `飞书 ⚡` when it
 * buzzed.
 */
import type { PhoneMessage } from '../phone.ts';
import { roleOn, type Language, type PhoneName, type Role, type Stage } from '../page/stage.ts';

/** More lines of one message than this are counted, not shown. */
const MAX_LINES = 12;

const PHONE_WORD: Record<Language, Record<PhoneName, string>> = {
  zh: { feishu: '飞书', qq: 'QQ  ', group: '群  ' },
  en: { feishu: 'Feishu', qq: 'QQ    ', group: 'Group ' },
};
const ROLE_WORD: Record<Language, Record<Role, string>> = {
  zh: { operator: '', stranger: '(陌生人) ' },
  en: { operator: '', stranger: '(stranger) ' },
};

/** A message in one of the conversations between Lifeline and the people of the stage. */
export interface Heard {
  readonly phone: PhoneName;
  readonly role: Role;
  readonly message: PhoneMessage;
  /** What became of the message: platforms tell of one again when it changes. */
  readonly change: 'new' | 'edited' | 'buzzed';
}

/** Calls `hear` for every new or changed message on the phones of the stage; the returned function ends that. */
export const listen = (stage: Stage, hear: (heard: Heard) => void): (() => void) => {
  const ends = stage.phones.map((phone) => {
    const buzzes = new Map<string, number>();
    return phone.platform.onMessage((appId, message) => {
      const role = roleOn(phone, message);
      if (appId !== phone.bot.appId || !role) return;
      const [before = 0, now] = [buzzes.get(message.id), message.buzzes ?? 0];
      const isNew = !buzzes.has(message.id) && message.editedAt === undefined && now === 0;
      buzzes.set(message.id, now);
      const change = now > before ? 'buzzed' : 'edited';
      hear({ phone: phone.name, role, message, change: isNew ? 'new' : change });
    });
  });
  return () => ends.forEach((end) => end());
};

/** `←` came from Lifeline, `→` was written by a person. */
const arrow = ({ message, change }: Heard): string => {
  if (change === 'new') return message.from === 'bot' ? '←' : '→';
  return change === 'edited' ? '✎' : '⚡';
};

/** A card's buttons stand in a line of their own; of a buzz only the first line is worth repeating. */
const linesOf = ({ message, change }: Heard, language: Language): readonly string[] => {
  const lines = message.text.split('\n');
  if (change === 'buzzed') return lines.slice(0, 1);
  const left = lines.length - MAX_LINES + 1;
  const more = language === 'zh' ? `… 还有 ${left} 行` : `… ${left} more lines`;
  const shown = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), more] : lines;
  const labels = (message.card?.blocks ?? []).flatMap((block) =>
    block.kind === 'buttons' ? block.buttons.map(({ label }) => `[${label}]`) : [],
  );
  return labels.length > 0 ? [...shown, labels.join(' ')] : shown;
};

export const transcriptOf = (heard: Heard, language: Language = 'zh'): string => {
  const { phone, role, message, change } = heard;
  const at = change === 'edited' ? (message.editedAt ?? message.at) : message.at;
  const head = `${stamp(at)} ${PHONE_WORD[language][phone]} ${arrow(heard)} ${ROLE_WORD[language][role]}`;
  return linesOf(heard, language)
    .map((line, index) => `${index === 0 ? head : ' '.repeat(16)}${line}`)
    .join('\n');
};

export const stamp = (at: number): string => new Date(at).toTimeString().slice(0, 8);
