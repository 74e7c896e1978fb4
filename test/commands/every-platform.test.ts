/** Whatever platform a gateway can have a link to: the wizard, /status, /why and /doctor know it, and call it by its name. */
import { describe, expect, it, test } from 'vitest';
import type { LinkCondition } from '../../src/diagnosis/verdict.ts';
import { configuredLinks } from '../../src/doctor/context.ts';
import { hostUnreachable } from '../../src/doctor/checks/network.ts';
import { settingFinding } from '../../src/doctor/checks/settings.ts';
import { doctorKindOf } from '../../src/gateways/doctor-kinds.ts';
import { EXAMINED } from '../../src/gateways/openclaw/accounts.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { PLATFORMS } from '../../src/gateways/platforms/index.ts';
import type { Platform } from '../../src/gateways/platforms/platform.ts';
import { setupText } from '../../src/text/setup/setup.ts';
import { answerOf, context, gatewayVerdict, linkVerdict, named, port, report } from './helpers.ts';

type Kind = 'hermes' | 'openclaw';
type Files = Readonly<Record<string, string>>;

const LOCALES = ['zh-CN', 'en'] as const;
const CONDITIONS: Readonly<Record<LinkCondition, true>> = {
  up: true,
  connecting: true,
  reconnecting: true,
  down: true,
  gave_up: true,
  deaf: true,
  flapping: true,
  rejected: true,
  misconfigured: true,
  unreachable: true,
  disabled: true,
  listening: true,
  unanswered: true,
  unknown: true,
};

/** QQ's and Feishu's settings are the kinds' own. */
const isExamined = (link: string): boolean => EXAMINED.some((each) => each === link);
const has = (platform: Platform, kind: Kind): boolean => isExamined(platform.link) || platform[kind] !== null;

const json = (channels: object): Files => ({ 'openclaw.json': JSON.stringify({ channels }) });
const ENV: Readonly<Record<string, Files>> = {
  qqbot: { '.env': 'QQ_APP_ID=102030405\n' },
  feishu: { '.env': 'FEISHU_APP_ID=cli_0123456789abcdef\n' },
};

/** Every way to set the platform up that the gateway takes. */
const waysOf = ({ link, hermes, openclaw }: Platform, kind: Kind): readonly Files[] => {
  if (kind === 'openclaw') {
    if (openclaw === null) return [json({ [link]: { appId: 'x', clientSecret: 'y', appSecret: 'y' } })];
    return openclaw.ids.map((id) => json({ [id]: Object.fromEntries(openclaw.credentials.map((key) => [key, 'x'])) }));
  }
  if (hermes === null) return [ENV[link] ?? {}];
  return [
    { 'config.yaml': `platforms:\n  ${link}:\n    enabled: true\n` },
    ...hermes.variables.map((name) => ({ '.env': `${name}=x\n` })),
  ];
};

const linksOf = (kind: Kind, files: Files) =>
  configuredLinks({
    gateway: { links: 'auto' },
    kind: kindAt(kind, '/nowhere'),
    text: (file) => Promise.resolve(files[file] ?? null),
  });

const [status, why] = [named('status'), named('why')];

describe.each(PLATFORMS.map((platform) => [platform.link, platform] as const))('%s', (link, platform) => {
  const kinds = (['hermes', 'openclaw'] as const).filter((kind) => has(platform, kind));

  it('is of some gateway', () => expect(kinds).not.toEqual([]));

  it.each(kinds)('is found in the files of %s, however it is set up there', async (kind) => {
    const ways = waysOf(platform, kind);
    expect(ways).not.toEqual([]);
    for (const files of ways) expect(await linksOf(kind, files), JSON.stringify(files)).toEqual([link]);
    expect(await linksOf(kind, {})).toEqual([]);
  });

  describe.each(LOCALES)('in %s', (locale) => {
    const name = platform.names[locale];

    test('the wizard names it beside the gateway', () => {
      const keeper = { kind: 'keeps', supervisor: 'systemd-user', unit: 'a.service' } as const;
      expect(setupText(locale).gatewayState({ pid: 1, links: [link], keeper })).toMatch(new RegExp(`[；;] ?${name}$`));
    });

    test.each(Object.keys(CONDITIONS) as LinkCondition[])(
      '/status and /why name it when it is %s',
      async (condition) => {
        const verdicts = [
          gatewayVerdict('healthy'),
          linkVerdict(link, condition),
          linkVerdict(`${link}:work`, condition),
        ];
        const gateways = [port('main', { report: () => Promise.resolve(report({ verdicts })) })];
        for (const command of [status, why]) {
          const { title = '', lines = [] } = await answerOf(command, context({ locale, gateways }));
          const told = [title, ...lines].filter((line) => line.includes(name));
          expect(
            told.some((line) => line.includes(`${name} work`)),
            told.join('\n'),
          ).toBe(true);
          expect(
            told.some((line) => !line.includes(`${name} work`)),
            told.join('\n'),
          ).toBe(true);
          // Never by the word that the configuration has for it, unless that is its name.
          if (!name.includes(link)) expect([title, ...lines].join('\n')).not.toMatch(new RegExp(`\\b${link}\\b`));
        }
      },
    );

    test('/doctor names it where it cannot be reached', () => {
      const { words } = hostUnreachable({ name: 'main' }, link, 'one.example:443', 'ECONNREFUSED');
      expect(words[locale].join()).toContain(name);
    });
  });
});

/** Of these nothing can be wrong that their settings alone would show: they are paired, or they listen. */
const WITHOUT_SETTINGS: Readonly<Record<Kind, readonly string[]>> = {
  hermes: ['whatsapp', 'weixin', 'google_chat', ...PLATFORMS.filter(({ listens }) => listens).map(({ link }) => link)],
  openclaw: ['whatsapp', 'weixin', 'dingtalk', 'google_chat', 'line', 'teams'],
};

describe.each(['hermes', 'openclaw'] as const)("/doctor on %s's settings", (kind) => {
  const { settings } = doctorKindOf(kind, '/nowhere');
  const lint = (files: Files) =>
    settings?.lint({
      home: '/nowhere',
      env: files['.env'] ?? null,
      config: files[settings.config] ?? null,
      rootConfig: null,
    }) ?? [];

  /** Its first setting is the example's own words. */
  const placeholder = ({ link, hermes, openclaw }: Platform): Files | null => {
    if (isExamined(link)) {
      const secret = link === 'feishu' ? 'FEISHU_APP_SECRET' : 'QQ_CLIENT_SECRET';
      if (kind === 'hermes') return { '.env': `${ENV[link]?.['.env']}${secret}=your_secret_here\n` };
      return json({ [link]: { appId: 'your_app_id_here', appSecret: 'x', clientSecret: 'x' } });
    }
    if (kind === 'openclaw') {
      const [key] = openclaw?.keys ?? [];
      return key === undefined ? null : json({ [openclaw?.ids[0] ?? '']: { [key.key]: 'your_token_here' } });
    }
    const rule = hermes?.settings?.find(({ onlyWith }) => !onlyWith);
    return rule === undefined ? null : { '.env': `${rule.variable}=your_token_here\n` };
  };

  const all = PLATFORMS.filter((platform) => has(platform, kind));

  it('knows the settings of all but some', () => {
    const without = all.filter((platform) => placeholder(platform) === null).map(({ link }) => link);
    expect(without.toSorted()).toEqual(WITHOUT_SETTINGS[kind].toSorted());
  });

  const placeholders = all.flatMap((platform) => {
    const files = placeholder(platform);
    return files === null ? [] : [{ platform, files, link: platform.link }];
  });
  it.each(placeholders)('tells of a placeholder of $link', ({ platform, files, link }) => {
    const [found] = lint(files).filter(({ code }) => code === 'setting_placeholder');
    expect(found).toMatchObject({ link });
    for (const locale of LOCALES) {
      const { words } = settingFinding(found!, { name: 'main' }, []);
      expect(words[locale].join()).toContain(platform.names[locale]);
    }
  });
});
