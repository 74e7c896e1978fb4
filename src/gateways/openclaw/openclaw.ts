import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewaySpec } from '../entry.ts';
import { NO_EXAM } from '../exam.ts';
import type { GatewayKind } from '../gateway-kind.ts';
import { CONFIG_FILE, parseOpenClawConfig, section, type OpenClawConfig } from './config-file.ts';
import { readStateOwner } from './lock-file.ts';
import { parseHead } from './log-line.ts';
import { openClawLogReader } from './log-reader.ts';
import { openProbe } from './probe.ts';
import { servedByOpenClaw } from './process-rule.ts';
import { openClawServices } from './services.ts';

/** OpenClaw's gateway (shared facts: facts/openclaw.md). Where its logs are depends on its own configuration. */
export const openClaw = ({ home }: GatewaySpec): GatewayKind => {
  const config = readConfig(home);
  const owner = ownerOf(home);
  const logs = logsOf(home, owner, config);
  return {
    name: 'openclaw',
    logs,
    mainLog: logs[0] ?? '',
    parseLine: parseHead,
    newLogReader: openClawLogReader,
    foundBy: 'itself',
    pidFile: `tmp/openclaw-${owner}/gateway.state.lock`,
    readPidFile: readStateOwner,
    lockFile: null,
    servedBy: servedByOpenClaw,
    isRestartCommand: () => false,
    homeVariables: ['OPENCLAW_STATE_DIR', 'OPENCLAW_PROFILE'],
    stateFiles: [],
    loop: null,
    openProbe,
    // Facts/openclaw.md 0.2, 3.1, 9.3, 9.4.
    patience: { ownHealingMs: 180_000, connectMs: 180_000, drainMs: 330_000, linkRestarts: { most: 2, windowMs: 1_800_000 }, kills: { most: 2, windowMs: 300_000 } },
    platformHosts: { qqbot: ['api.sgroup.qq.com:443', 'bots.qq.com:443'], feishu: ['open.feishu.cn:443'] },
    appFiles: [{ path: CONFIG_FILE, read: appsIn }],
    // Its supervisor's restart lets it drain by itself; SIGUSR1 would open Node's inspector (facts/openclaw.md 3.2).
    graceful: null,
    services: openClawServices,
    exam: NO_EXAM,
  };
};

const readConfig = (home: string): OpenClawConfig | null => {
  try {
    return parseOpenClawConfig(readFileSync(join(home, CONFIG_FILE), 'utf8'));
  } catch {
    return null;
  }
};

const ownerOf = (home: string): number => {
  try {
    return statSync(home).uid;
  } catch {
    return process.getuid?.() ?? 0;
  }
};

/** A profile's log has its name; where the usual folder is not its own, it takes another (facts/openclaw.md 1.2). */
const logsOf = (home: string, owner: number, config: OpenClawConfig | null): readonly string[] => {
  if (config?.logFile != null) return [config.logFile.replace(/^~(?=\/)/, home.replace(/\/\.openclaw(?:-[^/]*)?$/, ''))];
  const profile = /\/\.openclaw(-[^/]+)$/.exec(home)?.[1] ?? '';
  const name = `openclaw${profile}-YYYY-MM-DD.log`;
  return [`/tmp/openclaw/${name}`, join(tmpdir(), `openclaw-${owner}`, name)];
};

const appsIn = (text: string): readonly { readonly link: string; readonly appId: string }[] => {
  const { root } = parseOpenClawConfig(text);
  return ['feishu', 'qqbot'].flatMap((channel) => {
    const own = section(section(root['channels'])[channel]);
    return [own, ...Object.values(section(own['accounts'])).map(section)].flatMap(({ appId }) => (typeof appId === 'string' || typeof appId === 'number' ? [{ link: channel, appId: String(appId) }] : []));
  });
};
