/**
 * A stage without a sandbox behind it: two phones, a gateway whose state is set by hand, and a bot that answers
 * at once, in the form of the real one. It lets the page be tested without the machinery.
 */
import { FAULTS } from '../../../sandbox/gateway/faults.ts';
import type { GatewayView, Language, Stage, StagePhone } from '../../../sandbox/page/stage.ts';
import type { PhoneCard, PhoneMessage, PhonePlatform, SayOptions } from '../../../sandbox/phone.ts';

const BOT = { appId: 'bot', name: 'Lifeline' };
const GROUP = 'ops';
const STARTED_AT = Date.now() - 754_000;

export class FakePlatform implements PhonePlatform {
  readonly channel: 'feishu' | 'qq';
  readonly url = 'http://127.0.0.1:9';
  online = true;
  readonly listeners = new Set<(appId: string, message: PhoneMessage) => void>();
  /** Buttons that were pressed: who, on which message, which. */
  readonly pressed: (readonly [string, string, string])[] = [];
  /** What a press leads to. */
  onPress: () => Promise<{ readonly answered: boolean; readonly toast: string | null }> = async () => ({
    answered: true,
    toast: null,
  });
  readonly #messages: PhoneMessage[] = [];

  constructor(channel: 'feishu' | 'qq') {
    this.channel = channel;
  }

  start = async (): Promise<void> => undefined;
  stop = async (): Promise<void> => undefined;
  addBot = (): void => undefined;
  connections = (): number => (this.online ? 1 : 0);
  conversation = (_appId: string, user: string): readonly PhoneMessage[] =>
    this.#messages.filter((message) => (message.group ?? message.user) === user);

  say = (_appId: string, user: string, text: string, { quotes }: SayOptions = {}): PhoneMessage =>
    this.#add({ from: 'user', user, text, ...(quotes === undefined ? {} : { quotes }) });
  sayInGroup = (user: string, text: string, { quotes }: SayOptions = {}): PhoneMessage =>
    this.#add({ from: 'user', user, group: GROUP, text, ...(quotes === undefined ? {} : { quotes }) });
  botSaysInGroup = (text: string): PhoneMessage => this.#add({ from: 'bot', user: GROUP, group: GROUP, text });
  botSendsCardToGroup = (card: PhoneCard): PhoneMessage =>
    this.#add({ from: 'bot', user: GROUP, group: GROUP, text: card.title, card });
  botSays = (user: string, text: string, at?: number): PhoneMessage =>
    this.#add({ from: 'bot', user, text, ...(at === undefined ? {} : { at }) });

  botSendsCard = (user: string, card: PhoneCard): PhoneMessage =>
    this.#add({ from: 'bot', user, text: card.title, card });
  botSendsFile = (user: string, name: string, text: string): PhoneMessage =>
    this.#add({ from: 'bot', user, text: `[file] ${name}`, file: { name, text } });

  botSendsPicture = (user: string, picture: string): PhoneMessage =>
    this.#add({ from: 'bot', user, text: '[picture]', picture });

  /** Edits or buzzes a message. */
  change = (id: string, part: Partial<PhoneMessage>): void => {
    const index = this.#messages.findIndex((message) => message.id === id);
    const old = this.#messages[index];
    if (!old) throw new Error(`no message ${id}`);
    const message = { ...old, ...part };
    this.#messages[index] = message;
    for (const listener of this.listeners) listener(BOT.appId, message);
  };

  press = async (
    _appId: string,
    user: string,
    messageId: string,
    buttonId: string,
  ): Promise<{ readonly answered: boolean; readonly toast: string | null }> => {
    this.pressed.push([user, messageId, buttonId]);
    return this.onPress();
  };

  onMessage = (listener: (appId: string, message: PhoneMessage) => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly #add = (
    part: Pick<PhoneMessage, 'from' | 'user' | 'group' | 'text' | 'card' | 'file' | 'picture' | 'quotes'> & {
      readonly at?: number;
    },
  ): PhoneMessage => {
    const message = { id: `${this.channel}-${this.#messages.length + 1}`, at: Date.now(), ...part };
    this.#messages.push(message);
    for (const listener of this.listeners) listener(BOT.appId, message);
    return message;
  };
}

export interface FakeStage extends Stage {
  readonly feishu: FakePlatform;
  readonly qq: FakePlatform;
  readonly broken: string[];
  /** What was made of links. */
  readonly made: string[];
  lifted: number;
  spoken: Language;
  view: GatewayView;
  log: string[];
  /** When set, `break` fails with this. */
  unbreakable: string | null;
}

/** @param group whether there is a group chat on Feishu, too. */
export const createFakeStage = ({ group = false } = {}): FakeStage => {
  const feishu = new FakePlatform('feishu');
  const qq = new FakePlatform('qq');
  const phone = (platform: FakePlatform): StagePhone => ({
    name: platform.channel,
    platform,
    bot: BOT,
    people: {
      operator: { id: 'op', name: { zh: '小林', en: 'Emma' } },
      stranger: { id: 'who', name: { zh: '路人', en: 'Stranger' } },
    },
  });
  const stage: FakeStage = {
    feishu,
    qq,
    broken: [],
    made: [],
    lifted: 0,
    view: {
      name: 'main',
      pid: 48211,
      startedAt: STARTED_AT,
      fault: null,
      links: [
        { name: 'qqbot', says: 'connected', connections: 1 },
        { name: 'feishu', says: 'connected', connections: 1 },
      ],
    },
    log: ['2026-03-01 10:30:41,120 INFO gateway.run: Gateway running with 2 platform(s)'],
    unbreakable: null,
    phones: [
      phone(feishu),
      ...(group
        ? [
            {
              ...phone(feishu),
              name: 'group' as const,
              group: { id: GROUP, name: { zh: '运维群', en: 'Ops group' }, say: feishu.sayInGroup },
            },
          ]
        : []),
      phone(qq),
    ],
    faults: FAULTS,
    spoken: 'zh',
    language: () => stage.spoken,
    speak: async (language) => {
      stage.spoken = language;
    },
    gateway: {
      view: async () => stage.view,
      tail: async (count) => stage.log.slice(-count),
      break: async (fault) => {
        if (stage.unbreakable) throw new Error(stage.unbreakable);
        stage.broken.push(fault);
      },
      link: async (name, state) => {
        if (stage.unbreakable) throw new Error(stage.unbreakable);
        stage.made.push(`${name} ${state}`);
        const links = stage.view.links.map(({ made: _, ...link }) =>
          link.name === name && state !== 'back' ? { ...link, made: state } : link,
        );
        stage.view = { ...stage.view, links };
      },
      lift: async () => {
        stage.view = { ...stage.view, fault: null };
        stage.lifted += 1;
      },
    },
  };
  return stage;
};
