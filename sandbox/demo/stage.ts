/** The sandbox as the page and the story see it. */
import { FAULTS, isFaultId } from '../gateway/faults.ts';
import type { ConfigOverrides } from '../config-file.ts';
import type { PhonePlatform } from '../phone.ts';
import type { Sandbox } from '../sandbox.ts';
import type { GatewayView, Language, Stage, StagePhone } from '../page/stage.ts';
import { areLoggedIn, createFurtherLinks, type FurtherLinks } from './links.ts';

/** As `writeConfig` names it. */
const GATEWAY_NAME = 'main';

/** The platform behind each link of the gateway, in the order in which the page shows them. */
const LINKS = { qqbot: 'qq', feishu: 'feishu' } as const;

/** @param configure has the bot that runs use this language. @param first the one that it uses already. */
export const stageOf = (
  sandbox: Sandbox,
  configure: (language: Language) => void = () => undefined,
  first: Language = 'zh',
): Stage => {
  let spoken = first;
  const further = createFurtherLinks(sandbox);
  return {
    phones: [phoneOf(sandbox, sandbox.feishu), groupOf(sandbox), phoneOf(sandbox, sandbox.qq)],
    faults: FAULTS,
    gateway: {
      view: async () => viewOf(sandbox, further),
      tail: async (count) => sandbox.gateway.tail(count),
      break: async (fault) => {
        if (isFaultId(fault)) await sandbox.gateway.break(fault);
      },
      lift: () => sandbox.gateway.lift(),
      link: (name, state) => further.set(name, state),
    },
    language: () => spoken,
    speak: async (language) => {
      configure(language);
      spoken = language;
    },
  };
};

export const phoneOf = ({ cast }: Sandbox, platform: PhonePlatform): StagePhone => ({
  name: platform.channel,
  platform,
  bot: cast.lifeline[platform.channel],
  people: {
    operator: { id: cast.operator[platform.channel], name: { zh: '小林', en: 'Emma' } },
    stranger: { id: cast.stranger[platform.channel], name: { zh: '路人', en: 'Stranger' } },
  },
});

/** The group chat that the demo's configuration lists (`groupConfig`). */
const groupOf = (sandbox: Sandbox): StagePhone => {
  const phone = phoneOf(sandbox, sandbox.feishu);
  const { bot } = phone;
  return {
    ...phone,
    name: 'group',
    group: {
      id: sandbox.cast.group,
      name: { zh: '运维群', en: 'Ops group' },
      // As Feishu has it: in the text of a message stands a key for whom it mentions.
      say: (user, text, options) =>
        sandbox.feishu.sayInGroup(
          bot.appId,
          sandbox.cast.group,
          user,
          text.replace(`@${bot.name}`, '@_user_1'),
          options,
        ),
    },
  };
};

/** The configuration with which Lifeline's bot takes commands and tells of alerts in the group of the sandbox. */
export const groupConfig = ({ cast }: Sandbox): ConfigOverrides => ({
  groups: [{ name: 'ops', feishu: cast.group }],
  alerts: { routes: [{ to: ['me', 'ops'] }] },
});

const viewOf = (sandbox: Sandbox, further: FurtherLinks): GatewayView => {
  const { process, fault, links } = sandbox.gateway.state();
  return {
    name: GATEWAY_NAME,
    pid: process?.pid ?? null,
    startedAt: process?.since ?? null,
    fault,
    links: [
      ...Object.entries(LINKS).map(([name, channel]) => ({
        name,
        says: links.find((link) => link.name === name)?.state ?? null,
        connections: sandbox[channel].connections(sandbox.cast.gateway[channel].appId),
      })),
      ...links
        .filter(({ name }) => !(name in LINKS))
        .map(({ name, state }) => ({ name, says: state, connections: null, ...further.state(name) })),
    ],
  };
};

/** Whether everything is up: Lifeline on both its channels, and the gateway on all its links. */
export const isUp = (sandbox: Sandbox): boolean => {
  const { feishu, qq, cast } = sandbox;
  const bothUp = [cast.lifeline, cast.gateway].every(
    (bots) => feishu.connections(bots.feishu.appId) > 0 && qq.connections(bots.qq.appId) > 0,
  );
  return bothUp && areLoggedIn(sandbox);
};
