/** The keys of `fleet:`. */
import * as z from 'zod';
import type { pathField } from './fields.ts';
import { atLeast, Complaint, field, flag, like, oneOf, quote, text } from './fields.ts';
import { ROLES } from './names.ts';
import { key, named, optional, plain, section } from './section.ts';
import type { secretFields } from './secret.ts';

/** One token of a NATS subject, and nothing that could be read as a path, an option or a selector. */
export const HOST_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LABEL_NAME = /^[a-z][a-z0-9_-]{0,30}$/;
const LABEL_VALUE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const MOST_LABELS = 16;

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Without TLS anybody on the way reads what the hosts say. */
const readServer = (value: unknown): string => {
  const given = typeof value === 'string' ? value.trim() : '';
  if (!URL.canParse(given) || !/^(?:tls|nats):/.test(given))
    throw new Complaint(`must be a URL such as tls://nats.example.com:4222, not ${quote(value)}`);
  const { protocol, hostname, username, password } = new URL(given);
  if (username !== '' || password !== '') throw new Complaint('must have no password; set "credentials"');
  if (protocol === 'nats:' && !LOOPBACK.includes(hostname))
    throw new Complaint(`must begin with tls:// ("nats://" is for this machine alone), not ${quote(value)}`);
  return given;
};

const readLabels = (value: unknown): Readonly<Record<string, string>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Complaint('must be names with values, such as { region: eu, role: edge }');
  const labels = Object.entries(value).map(([name, given]: [string, unknown]) => [name, String(given)] as const);
  if (labels.length > MOST_LABELS) throw new Complaint(`has ${labels.length} labels; ${MOST_LABELS} are the most`);
  for (const [name, given] of labels) {
    if (!LABEL_NAME.test(name)) throw new Complaint(`${quote(name)} must be a short name in small letters`);
    if (!LABEL_VALUE.test(given)) throw new Complaint(`${quote(given)} must be one short word`);
  }
  return Object.fromEntries(labels);
};

const labels = field(readLabels, {
  json: {
    type: 'object',
    additionalProperties: { type: ['string', 'number'] },
    examples: [{ region: 'eu', role: 'edge' }],
  },
  'zh-CN': '一段，如 `{ region: eu, role: edge }`',
  en: 'a section such as `{ region: eu, role: edge }`',
});

export const fleetSection = (
  { credentials }: Pick<ReturnType<typeof secretFields>, 'credentials'>,
  path: ReturnType<typeof pathField>,
) =>
  section({
    host: key(
      text(
        HOST_NAME,
        'be a name of small letters, digits and "-", such as web-3',
        like('^\\s*[a-z0-9][a-z0-9-]{0,62}\\s*$', 'web-3'),
      ),
      {
        'zh-CN': '这台机器在机群里的名字，命令里就用它：`/status web-3`。NATS 服务器上的权限也跟着这个名字',
        en: 'The name of this machine in the fleet, as in `/status web-3`. Its rights on the NATS server go by this name',
      },
    ),
    servers: key(
      z.array(field(readServer, like('^(tls|nats)://', 'tls://nats.example.com:4222'))).min(1, 'names no server'),
      {
        'zh-CN': 'NATS 服务器的地址，用 `tls://`；`nats://` 只能是本机',
        en: 'The NATS servers, as `tls://` addresses; `nats://` is for this machine alone',
      },
    ),
    credentials: key(credentials, {
      'zh-CN': '这台机器的 nkey 种子（`lifeline fleet add` 生成），或 creds 文件',
      en: "This machine's nkey seed, which `lifeline fleet add` makes, or a creds file",
    }),
    ca: key(optional(path), {
      'zh-CN': '签发 NATS 服务器证书的 CA，PEM 文件',
      en: "The authority that signed the NATS server's certificate, a PEM file",
      otherwise: { 'zh-CN': '系统的 CA', en: "the system's" },
    }),
    hub: key(flag.prefault(false), {
      'zh-CN': '`true`：这是 `lifeline hub` 的配置，它自己不看任何网关，通道和操作者都在它这里',
      en: '`true`: this is the configuration of `lifeline hub`, which watches no gateway itself and has the channels and the operators',
    }),
    labels: key(labels.prefault({}), {
      'zh-CN': '给机器分组的标签；一起失联的机器按它们共同的标签来说',
      en: 'What hosts have in common; hosts that go silent together are told by it',
      otherwise: { 'zh-CN': '没有', en: 'none' },
    }),
    accept: key(oneOf(['none', ...ROLES]).prefault('operator'), {
      'zh-CN': '中枢的操作者在这台机器上最高能有什么角色；`none`：只上报，不接受任何命令',
      en: "The highest role that a hub's operators have on this machine; `none`: it tells, and takes no command",
    }),
    fallback: key(atLeast(10_000).prefault('3m'), {
      'zh-CN': '多久联系不上任何中枢之后，告警改走这台机器自己的通道',
      en: "How long no hub can be reached until alerts take this machine's own channels",
    }),
  });

export const fleetOf = ({ servers, credentials, ca, ...rest }: z.output<ReturnType<typeof fleetSection>>) => ({
  ...named(rest),
  /** How the NATS server is reached. */
  access: { ...plain({ servers, credentials }), caFile: ca },
});
