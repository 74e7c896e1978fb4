/** Ends a set-up: installs the service where wanted, and says what to do next. */
import { ownAccount } from '../base/account.ts';
import { loadConfig } from '../config/load.ts';
import { runCommand } from '../supervisors/run-command.ts';
import type { InstallService } from './install-service.ts';
import { usualConfig, userHomeOf } from './paths.ts';
import { fittingService, keptOf } from './service-scope.ts';
import type { SetupContext } from './setup-context.ts';

/** @returns the exit code. */
export const finish = async (
  setup: SetupContext,
  installService: InstallService,
  { isNew, isNews }: { readonly isNew: boolean; readonly isNews: boolean },
): Promise<number> => {
  const { ask, text, flags, running, file, env } = setup;
  const scope = flags.service ?? (isNew && ask.interactive ? await askService(setup) : 'no');
  const installed = scope === 'no' ? null : await installAsService(setup, scope, installService);
  ask.end(
    text
      .next({
        runs: running !== null || installed === true,
        restart: running !== null && isNews,
        config: file === usualConfig(env) ? null : file,
      })
      .join('\n'),
  );
  return installed === false ? 1 : 0;
};

export const askService = async ({ ask, text, file, env, clock }: SetupContext): Promise<'user' | 'system' | 'no'> => {
  const kept = await Promise.all(
    loadConfig(file).gateways.map((gateway) => keptOf(gateway, { userHome: userHomeOf(env), clock })),
  );
  const fitting = fittingService(kept, ownAccount().uid);
  if (fitting.scope === null) {
    ask.warn(text.serviceOfOther(await accountName(fitting.owner)));
    return 'no';
  }
  const { scope } = fitting;
  return (await ask.yes({ message: text.askService(scope), flag: '--service', initial: true })) ? scope : 'no';
};

/** @returns whether it is installed. */
export const installAsService = async (
  { ask, text, file, locale }: SetupContext,
  scope: 'user' | 'system',
  installService: InstallService,
): Promise<boolean> => {
  const { ok, text: message } = await ask.busy(text.installing(), () =>
    installService({ configFile: file, scope, locale }),
  );
  if (ok) ask.good(message);
  else ask.bad(message);
  return ok;
};

const accountName = async (uid: number): Promise<string> =>
  (await runCommand(['id', '-nu', String(uid)])).stdout.trim() || String(uid);
