/** The sandbox as the page and the story see it. */
import { FAULTS, isFaultId } from '../gateway/faults.ts';
import type { PhonePlatform } from '../phone.ts';
import type { Sandbox } from '../sandbox.ts';
import type { GatewayView, Language, Stage, StagePhone } from '../page/stage.ts';

/** As `writeConfig` names it. */
const GATEWAY_NAME = 'main';

/** The platform behind each link of the gateway, in the order in which the page shows them. */
const LINKS = { qqbot: 'qq', feishu: 'feishu' } as const;

/** @param configure has the bot that runs use this language. */
export const stageOf = (sandbox: Sandbox, configure: (language: Language) => void = () => undefined): Stage => {
  let spoken: Language = 'zh';
  return {
    phones: [phoneOf(sandbox, sandbox.feishu), phoneOf(sandbox, sandbox.qq)],
    faults: FAULTS,
    gateway: {
      view: async () => viewOf(sandbox),
      tail: async (count) => sandbox.gateway.tail(count),
      break: async (fault) => {
        if (isFaultId(fault)) await sandbox.gateway.break(fault);
      },
      lift: () => sandbox.gateway.lift(),
    },
    language: () => spoken,
    speak: async (language) => {
      configure(language);
      spoken = language;
    },
  };
};

export const phoneOf = ({ cast }: Sandbox, platform: PhonePlatform): StagePhone => ({
  platform,
  bot: cast.lifeline[platform.channel],
  people: {
    operator: { id: cast.operator[platform.channel], name: '小林' },
    stranger: { id: cast.stranger[platform.channel], name: '路人' },
  },
});

const viewOf = (sandbox: Sandbox): GatewayView => {
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
        .map(({ name, state }) => ({ name, says: state, connections: null })),
    ],
  };
};

/** Whether everything is up: Lifeline on both its channels, and the gateway on both its links. */
export const isUp = ({ feishu, qq, cast }: Sandbox): boolean =>
  [cast.lifeline, cast.gateway].every(
    (bots) => feishu.connections(bots.feishu.appId) > 0 && qq.connections(bots.qq.appId) > 0,
  );
