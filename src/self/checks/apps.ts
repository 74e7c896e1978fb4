/**
 * One bot, one program: of two with the same bot each gets a part of the messages, or one of them never starts
 * (docs/facts/feishu.md 3.5).
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorCheck } from '../../doctor/check.ts';
import type { DoctorFinding } from '../../doctor/finding.ts';
import type { OwnApp } from '../../gateways/gateway-kind.ts';
import { kindAt } from '../../gateways/index.ts';
import type { KindName } from '../../gateways/names.ts';
import { findGatewayProcesses } from '../../sensors/process/process.ts';
import { ownApps } from '../../monitor/own-apps.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';

interface HomeApps {
  readonly kind: KindName;
  readonly home: string;
  readonly apps: readonly OwnApp[];
}

export const apps: DoctorCheck<SelfContext> = {
  name: 'apps',
  run: async (context) => {
    const homes = await appsByHome(context);
    return [...foreign(context, homes), ...(await shared(homes))];
  },
};

const foreign = ({ config: { channels } }: SelfContext, homes: readonly HomeApps[]): readonly DoctorFinding[] =>
  [
    { channel: 'feishu', link: 'feishu', appId: channels.feishu?.appId },
    { channel: 'qq', link: 'qqbot', appId: channels.qq?.appId },
  ].flatMap(({ channel, link, appId }) => {
    const owner = homes.find(({ apps: theirs }) => theirs.some((app) => app.link === link && app.appId === appId));
    return owner && appId !== undefined
      ? [own('error', { code: 'own_app_foreign', channel, appId, home: owner.home }, ['lifeline init'])]
      : [];
  });

/** A copied profile names the bot of its original; that is an outage only once both run. */
const shared = async (homes: readonly HomeApps[]): Promise<readonly DoctorFinding[]> => {
  const byApp = new Map<string, { readonly app: OwnApp; readonly owners: HomeApps[] }>();
  for (const owner of homes) {
    for (const app of owner.apps) {
      const key = `${app.link} ${app.appId}`;
      const entry = byApp.get(key) ?? { app, owners: [] };
      if (!entry.owners.includes(owner)) entry.owners.push(owner);
      byApp.set(key, entry);
    }
  }
  const found = [...byApp.values()]
    .filter(({ owners }) => owners.length > 1)
    .map(async ({ app: { link, appId }, owners }) => {
      const running = (await Promise.all(owners.map(isRunning))).filter((each) => each).length > 1;
      return own(running ? 'error' : 'warning', {
        code: 'same_app',
        link,
        appId,
        homes: owners.map(({ home }) => home),
        running,
      });
    });
  return Promise.all(found);
};

const isRunning = async ({ kind, home }: HomeApps): Promise<boolean> =>
  (await findGatewayProcesses(kindAt(kind, home), home)).length > 0;

/** Returns the bots of the homes in the configuration, and of the other profiles of the same installations. */
const appsByHome = async ({ config, logger }: SelfContext): Promise<readonly HomeApps[]> => {
  const homes = new Map<string, KindName>();
  for (const { kind, home } of config.gateways) {
    homes.set(home, kind);
    const siblings = kindAt(kind, home).exam.siblingHomes(home);
    const names = (await readdir(siblings.profiles).catch(() => [])).filter((name) => siblings.isOne?.(name) ?? true);
    for (const sibling of [siblings.root, ...names.map((name) => join(siblings.profiles, name))])
      if (!homes.has(sibling)) homes.set(sibling, kind);
  }
  return Promise.all(
    [...homes].map(async ([home, kind]) => ({ kind, home, apps: await ownApps([{ kind, home }], logger) })),
  );
};
