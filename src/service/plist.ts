/** Lifeline's agent of launchd, as text. launchd has no watchdog: it starts again what has ended, and no more. */
import { join } from 'node:path';
import * as plist from 'plist';
import { sealed, sealLine } from './seal.ts';
import { LABEL, programOf, type ServiceSpec } from './spec.ts';

export const launchdLog = (home: string): string => join(home, 'Library', 'Logs', 'lifeline', 'lifeline.log');

export const plistText = ({ node, entry, configFile, account: { home }, path }: ServiceSpec): string => {
  const job = {
    Label: LABEL,
    ProgramArguments: [...programOf({ node, entry }), 'run', '--config', configFile],
    EnvironmentVariables: { PATH: path },
    WorkingDirectory: home,
    RunAtLoad: true,
    KeepAlive: true,
    // Its least time between two starts, 10 s unless told.
    ThrottleInterval: 5,
    ExitTimeOut: 30,
    // A gateway that Lifeline has started must not end with it.
    AbandonProcessGroup: true,
    StandardOutPath: launchdLog(home),
    StandardErrorPath: launchdLog(home),
  };
  const [first = '', ...rest] = plist.build(job).split('\n');
  return sealed(
    `${[first, '<!-- Lifeline, which watches a chat gateway. Written by "lifeline service install", and written anew by it. -->', sealLine('plist'), ...rest].join('\n')}\n`,
  );
};
