/** Why a host does not reach the hub of its fleet, and what to do about that. */
import type { AccessProblem } from '../../config/fleet-access.ts';
import type { HubTrouble } from '../../store/hub-trouble.ts';
import type { Locale, Texts } from '../locale.ts';

interface Words {
  readonly what: string;
  readonly todo: string;
}

const en = {
  words: {
    access: {
      what: 'its key or certificate cannot be used',
      todo: 'see what "lifeline config check" says of "fleet", mend it, and restart Lifeline',
    },
    no_server: {
      what: 'the NATS server cannot be reached',
      todo: 'see whether it runs, whether this machine reaches the address in fleet.servers, and whether fleet.ca is the one of its certificate',
    },
    refused: {
      what: 'the NATS server does not let this host in',
      todo: 'where the fleet is kept: lifeline fleet add NAME, then nats-server --signal reload; here: the key that it made',
    },
    no_hub: {
      what: 'the NATS server answers, but no hub does',
      todo: 'start one (lifeline hub); if one runs, its log says why it does not speak',
    },
    other_version: { what: 'the hub speaks another version', todo: 'update the older of the two' },
    twins: {
      what: 'another machine speaks under the same name and key',
      todo: 'end one of them, or give it a name of its own: lifeline fleet add NAME',
    },
  } satisfies Readonly<Record<HubTrouble['why'], Words>>,
  said: (what: string, said: string | null) => (said === null ? what : `${what} (${said})`),
  withTodo: (what: string, todo: string) => `${what}; ${todo}`,
  /** A line about this host. */
  gone: (host: string, since: string, duration: string, what: string) =>
    `Fleet: ${host} reaches no hub since ${since} (for ${duration}): ${what}`,
  twins: (host: string, since: string, what: string) => `Fleet: since ${since} ${what} (${host})`,
  alone: (todo: string) => `It watches and heals on alone. To do: ${todo}`,
  access: {
    no_key: () => 'is no nkey seed of a user, and no creds file: nothing to prove this host with',
    unreadable: (said: string) => `the certificate cannot be read: ${said}`,
    no_certificate: () => 'is no certificate (PEM)',
  },
  accessTodo: {
    credentials: 'name the file that "lifeline fleet add" has made: file:~/.config/lifeline/NAME.nk',
    ca: "copy the certificate of who has signed the server's, readable by the user of Lifeline",
  },
};

const zh: typeof en = {
  words: {
    access: { what: '密钥或证书用不了', todo: '按 lifeline config check 说的改好 fleet 一节，再重启 Lifeline' },
    no_server: {
      what: '连不上 NATS 服务器',
      todo: '看它是否在运行、这台机器能不能连上 fleet.servers 里的地址、fleet.ca 是不是它证书的签发者',
    },
    refused: {
      what: 'NATS 服务器不让这台机器加入',
      todo: '到保管机群的地方运行 lifeline fleet add 名字，再 nats-server --signal reload；这里用它生成的密钥',
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
  access: {
    no_key: () => '不是用户的 nkey 私钥，也不是 creds 文件：没法证明是这台机器',
    unreadable: (said) => `证书读不了：${said}`,
    no_certificate: () => '不是证书（PEM）',
  },
  accessTodo: {
    credentials: '写 lifeline fleet add 生成的文件：file:~/.config/lifeline/NAME.nk',
    ca: '把服务器证书签发者的证书拷过来，让运行 Lifeline 的用户能读',
  },
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const hubTroubleText = (locale: Locale) => TEXTS[locale];

/** What is wrong with the key or the certificate of a fleet, and what to do. */
export const accessText = (locale: Locale) => {
  const { access, accessTodo } = TEXTS[locale];
  return {
    what: ({ why, said }: AccessProblem): string => access[why](said ?? ''),
    todo: ({ key }: AccessProblem): string => accessTodo[key],
  };
};
