import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trust } from '../../base/file-trust.ts';
import { readForeignNow, MOST_BYTES, trustIn } from '../../base/open-foreign.ts';
import type { Section } from '../../base/parsed-section.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import type { GatewaySpec } from '../entry.ts';
import type { GatewayKind, OwnApp } from '../gateway-kind.ts';
import { traitsFor } from '../platforms/index.ts';
import { OPENCLAW_CHANGING } from './changing.ts';
import { accountsOf, JUDGED_CHANNELS, createLinkNames, EXAMINED } from './accounts.ts';
import { CONFIG_FILE, configOf, parseOpenClawConfig, wordOf } from './config-file.ts';
import { hostsOf } from './hosts.ts';
import { readStateOwner } from './lock-file.ts';
import { EDITED_CONFIG } from './edited-config.ts';
import { parseHead } from './log-line.ts';
import { openClawLogReader } from './log-reader.ts';
import { lockFileOf, logsOf, userHomeOfState } from './places.ts';
import { openProbe } from './probe.ts';
import { configuredPort } from './target.ts';
import { isTitled, servedByOpenClaw } from './process-rule.ts';
import { openClawServices } from './services.ts';

/**
 * OpenClaw's gateway (docs/facts/openclaw.md). Where its logs are, and how its links are called, depends on its own
 * configuration.
 */
export const openClaw = ({ home, trustedUsers = [] }: GatewaySpec): GatewayKind => {
  const trust = trustIn(home, trustedUsers);
  const config = configOf(readConfig(home, trust));
  const names = createLinkNames(config.root);
  const logs = logsOf(home, config, tmpdir());
  return {
    name: 'openclaw',
    trustedUsers,
    logs,
    mainLogs: logs,
    parseLine: parseHead,
    newLogReader: (source) => openClawLogReader(source, names),
    foundBy: 'itself',
    records: [{ path: lockFileOf(home), name: 'lock_record', mostBytes: MOST_BYTES.record, read: readStateOwner }],
    lockFile: null,
    port: (place) => configuredPort(place, trust),
    livesInHome: false,
    servedBy: servedByOpenClaw,
    mayBeCommand: isTitled,
    homeVariables: ['OPENCLAW_STATE_DIR', 'OPENCLAW_PROFILE'],
    stateFiles: [EDITED_CONFIG],
    loop: null,
    openProbe: (context) => openProbe(context, trust),
    // docs/facts/openclaw.md 0.2, 3.1, 9.3, 9.4.
    patience: {
      ownHealingMs: 180_000,
      connectMs: 180_000,
      startMs: 120_000,
      drainMs: 330_000,
      linkRestarts: { most: 2, windowMs: 1_800_000 },
      quietEndMs: 0,
      kills: { most: 2, windowMs: 300_000 },
    },
    platforms: traitsFor('openclaw'),
    platformHosts: hostsOf(config.root),
    appFiles: [
      {
        path: CONFIG_FILE,
        mostBytes: MOST_BYTES.config,
        read: (text) => appsIn(parseOpenClawConfig(text).root),
        links: (text) => linksIn(parseOpenClawConfig(text).root),
      },
    ],
    // Its supervisor's restart lets it drain by itself; SIGUSR1 would open Node's inspector (docs/facts/openclaw.md
    // 3.2).
    graceful: null,
    services: openClawServices,
    siblingHomes: () => {
      const userHome = userHomeOfState(home);
      return userHome === null
        ? { root: home, profiles: `${home}/profiles` }
        : { root: `${userHome}/.openclaw`, profiles: userHome, isOne: (name) => /^\.openclaw-[\w-]+$/.test(name) };
    },
    changing: OPENCLAW_CHANGING,
  };
};

const readConfig = (home: string, trust: Trust): string | null => {
  try {
    return readForeignNow(join(home, CONFIG_FILE), { trust, mostBytes: MOST_BYTES.config }).text;
  } catch {
    return null;
  }
};

/** Channels that are set up and not switched off. */
const linksIn = (root: Section): readonly LinkName[] =>
  JUDGED_CHANNELS.filter((channel) => accountsOf(root, channel).some(({ settings }) => settings['enabled'] !== false));

/** By their channel, whatever their account is called: a bot is the same one under any name. */
const appsIn = (root: Section): readonly OwnApp[] =>
  EXAMINED.flatMap((channel) =>
    accountsOf(root, channel).flatMap(({ settings }): OwnApp[] => {
      const appId = wordOf(settings['appId']);
      return appId === null ? [] : [{ link: channel, appId }];
    }),
  );
