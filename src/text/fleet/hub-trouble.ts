/** Why a host does not reach the hub of its fleet, and what to do about that. */
import type { HubTrouble } from '../../store/hub-trouble.ts';
import type { Locale, Texts } from '../locale.ts';

type Why = HubTrouble['why'];

interface Words {
  readonly what: string;
  readonly todo: string;
}

const en = {
  words: {
    access: {
      what: 'its credentials or certificate cannot be used',
      todo: 'see what "lifeline config check" says of "fleet", mend it, and restart Lifeline',
    },
    no_server: {
      what: 'the NATS server cannot be reached',
      todo: 'see whether it runs, and whether this machine reaches the address in fleet.servers',
    },
    certificate: {
      what: 'the certificate of the NATS server is not one that this host trusts',
      todo: 'see that fleet.ca is the ca.pem of this fleet, and that fleet.servers has the name that stands in the certificate',
    },
    busy: {
      what: 'the NATS server is too busy to let this host in',
      todo: 'wait: it is tried again and again; if it stays so, see what loads the machine of the server',
    },
    refused: {
      what: 'the NATS server does not let this host in',
      todo: 'where the fleet is kept: lifeline fleet add NAME; here: the lifeline fleet join that it prints',
    },
    no_hub: {
      what: 'the NATS server answers, but no hub does',
      todo: 'start one (lifeline hub); if one runs, its log says why it does not speak',
    },
    other_version: {
      what: 'the hub speaks another version',
      todo: 'update the older of the two',
    },
    twins: {
      what: 'another machine speaks under the same name and key',
      todo: 'end one of them, or give it a name of its own: lifeline fleet add NAME',
    },
  } satisfies Readonly<Record<Why, Words>>,
  said: (what: string, said: string | null) => (said === null ? what : `${what} (${said})`),
  withTodo: (what: string, todo: string) => `${what}; ${todo}`,
  /** A line about this host. */
  gone: (host: string, since: string, duration: string, what: string) =>
    `Fleet: ${host} reaches no hub since ${since} (for ${duration}): ${what}`,
  twins: (host: string, since: string, what: string) => `Fleet: since ${since} ${what} (${host})`,
  alone: (todo: string) => `It watches and heals on alone. To do: ${todo}`,
};

const zh: typeof en = {
  words: {
    access: {
      what: '凭证或证书用不了',
      todo: '按 lifeline config check 说的改好 fleet 一节，再重启 Lifeline',
    },
    no_server: { what: '连不上 NATS 服务器', todo: '看它是否在运行、这台机器能不能连上 fleet.servers 里的地址' },
    certificate: {
      what: '这台机器不信任 NATS 服务器的证书',
      todo: '看 fleet.ca 是不是这个机群的 ca.pem，fleet.servers 里写的名字是不是证书里的那个',
    },
    busy: {
      what: 'NATS 服务器太忙，顾不上让这台机器加入',
      todo: '等一等，会一直重试；一直这样的话，看服务器那台机器被什么占住了',
    },
    refused: {
      what: 'NATS 服务器不让这台机器加入',
      todo: '到保管机群的地方运行 lifeline fleet add 名字，再在这里运行它打印的 lifeline fleet join',
    },
    no_hub: { what: 'NATS 服务器有回应，但没有中枢', todo: '启动一个（lifeline hub）；已经在运行的话，看它的日志' },
    other_version: { what: '中枢的版本不同', todo: '把旧的那边升级' },
    twins: {
      what: '另一台机器在用同一个名字和密钥',
      todo: '停掉其中一台，或用 lifeline fleet add 给它单独的名字',
    },
  },
  said: (what, said) => (said === null ? what : `${what}（${said}）`),
  withTodo: (what, todo) => `${what}；${todo}`,
  gone: (host, since, duration, what) => `机群：${host} 联系不上中枢，${since} 起，已 ${duration}：${what}`,
  twins: (host, since, what) => `机群：${since} 起，${what}（${host}）`,
  alone: (todo) => `它照常自己看护和处理。要做的：${todo}`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const hubTroubleText = (locale: Locale) => TEXTS[locale];
