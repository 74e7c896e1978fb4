/** Whether a Lifeline runs, and only one, and the one that is installed. */
import { stat } from 'node:fs/promises';
import type { DoctorCheck } from '../../doctor/check.ts';
import { inContainer, installation, type SelfContext } from '../context.ts';
import { findLifelines } from '../instances.ts';
import { own } from '../own-finding.ts';

export const instances: DoctorCheck<SelfContext> = {
  name: 'instances',
  run: async ({ config, fromFile, service }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    const running = await findLifelines(config.gateways.map(({ home }) => home));
    const [first, ...others] = running;
    const state = await service();
    // The check of the service says more of a Lifeline that is down.
    if (!first)
      return state.kind === 'systemd' || state.kind === 'launchd'
        ? []
        : [own('warning', { code: 'own_not_running' }, [inContainer() ? 'lifeline run' : 'lifeline service install'])];
    if (others.length > 0)
      return [
        own(
          'error',
          { code: 'own_second', pids: running.map(({ pid }) => pid) },
          others.map(({ pid }) => `kill ${pid}`),
        ),
      ];
    const { root, packageFile } = installation();
    const { mtimeMs } = await stat(packageFile);
    const ours = first.argv.some((word) => word.startsWith(`${root}/`));
    return ours && first.startedAt < mtimeMs
      ? [
          own('info', { code: 'own_update_pending', pid: first.pid }, [
            state.kind === 'systemd'
              ? `systemctl ${state.scope === 'user' ? '--user ' : ''}restart ${state.unit}`
              : `kill ${first.pid}`,
          ]),
        ]
      : [];
  },
};

export const node: DoctorCheck<SelfContext> = {
  name: 'node',
  run: async () => {
    const { wantedNode: wanted } = installation();
    const [, major = 0, minor = 0] = (/(\d+)(?:\.(\d+))?/.exec(wanted) ?? []).map(Number);
    const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
    return ownMajor < major || (ownMajor === major && ownMinor < (minor || 0))
      ? [own('error', { code: 'own_node', version: process.versions.node, wanted })]
      : [];
  },
};
