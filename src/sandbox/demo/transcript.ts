/** The conversation as lines on the terminal: `10:31:05 飞书 ← 🔴 main：QQ 失联`. */
import type { PhoneMessage } from '../phone.ts';
import type { ChannelName, Role, Stage } from '../page/stage.ts';
import { ROLES } from '../page/stage.ts';

/** More lines of one message than this are counted, not shown. */
const MAX_LINES = 12;

const CHANNEL_WORD: Record<ChannelName, string> = { feishu: '飞书', qq: 'QQ  ' };
const ROLE_WORD: Record<Role, string> = { operator: '', stranger: '(陌生人) ' };

/** A message in one of the conversations between Lifeline and the people of the stage. */
export interface Heard {
  readonly channel: ChannelName;
  readonly role: Role;
  readonly message: PhoneMessage;
}

/** Calls `hear` for every new message on the phones of the stage; the returned function ends that. */
export const listen = (stage: Stage, hear: (heard: Heard) => void): (() => void) => {
  const ends = stage.phones.map(({ platform, bot, people }) =>
    platform.onMessage((appId, message) => {
      const role = ROLES.find((candidate) => people[candidate].id === message.user);
      if (appId === bot.appId && role) hear({ channel: platform.channel, role, message });
    }),
  );
  return () => ends.forEach((end) => end());
};

/** `←` came from Lifeline, `→` was written by a person. */
export const transcriptOf = ({ channel, role, message }: Heard): string => {
  const head = `${stamp(message.at)} ${CHANNEL_WORD[channel]} ${message.from === 'bot' ? '←' : '→'} ${ROLE_WORD[role]}`;
  const lines = message.text.split('\n');
  const shown = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), `… 还有 ${lines.length - MAX_LINES + 1} 行`] : lines;
  return shown.map((line, index) => `${index === 0 ? head : ' '.repeat(16)}${line}`).join('\n');
};

export const stamp = (at: number): string => new Date(at).toTimeString().slice(0, 8);
