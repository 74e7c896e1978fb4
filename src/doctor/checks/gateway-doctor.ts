/** What the gateway's own doctor says, called by the very program that runs the gateway; it is never told to mend. */
import { stripVTControlCharacters } from 'node:util';
import { errorText } from '../../base/errors.ts';
import { redact } from '../../base/redact/redact.ts';
import { KINDS } from '../../gateways/index.ts';
import { behindWrappers } from '../../gateways/wrappers.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { wordsOf } from '../../supervisors/run-command.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/** It may try plugins and addresses: 20 s were seen, on a small machine. */
const TIMEOUT_MS = 60_000;
const MOST_COMPLAINTS = 20;
const MOST_CHARACTERS = 300;

export const gatewayDoctor: DoctorCheck<DoctorContext> = {
  name: 'gateway-doctor',
  title: { 'zh-CN': '网关自己的体检', en: "the gateway's own doctor" },
  limitMs: TIMEOUT_MS + 10_000,
  run: async (context) => {
    const { gateway, kind, doctor, run, uid } = context;
    if (doctor.gatewayDoctor === null) return { skip: 'no_doctor' };
    if (context.network === false) return { skip: 'offline' };
    const owner = await context.owner();
    if (owner === null) return { skip: 'no_home' };
    if ((await context.container()) !== null) return { skip: 'in_container' };
    const title = KINDS[gateway.kind].title ?? gateway.name;
    const argv = await programOf(context);
    if (argv === null) return [notAsked(gateway, title, 'the command that runs it is not known')];
    const called: readonly [string, ...string[]] = [argv[0], ...argv.slice(1), ...doctor.gatewayDoctor.words];
    const command = commandLine(called);
    // Root would run what another user may have written.
    if (owner !== uid) return [notAsked(gateway, title, 'it belongs to another user', command)];
    const [variable] = kind.homeVariables;
    const output = await run(called, {
      env: { NO_COLOR: '1', ...(variable === undefined ? {} : { [variable]: gateway.home }) },
      timeoutMs: TIMEOUT_MS,
    });
    if (output.exitCode === null) return [notAsked(gateway, title, wordsOf(output), command)];
    try {
      return doctor.gatewayDoctor
        .read(output)
        .slice(0, MOST_COMPLAINTS)
        .map(({ severity, said, advice }) =>
          finding(gateway, severity, 'gateway_doctor', {
            'zh-CN': [`${title} 自己的体检说：${shown(said)}`, advice === null ? '运行它可以看到全部' : shown(advice)],
            en: [
              `${title} itself says: ${shown(said)}`,
              advice === null ? 'run it to see all that it says' : shown(advice),
            ],
            said: shown(said),
            commands: [command],
          }),
        );
    } catch (error) {
      return [notAsked(gateway, title, errorText(error), command)];
    }
  },
};

const notAsked = (gateway: DoctorContext['gateway'], title: string, problem: string, command?: string): DoctorFinding =>
  finding(gateway, 'info', 'gateway_doctor_not_asked', {
    'zh-CN': [`问不了 ${title} 自己的体检：${shown(problem)}`, '其余的检查不受影响；可以在网关的用户下自己运行它'],
    en: [
      `${title}'s own doctor could not be asked: ${shown(problem)}`,
      "the other checks are not affected; run it yourself as the gateway's user",
    ],
    problem: shown(problem),
    commands: command === undefined ? [] : [command],
  });

/** One line without secrets, and of a length that people read. */
const shown = (text: string): string => {
  const line = redact(stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').trim());
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
};

/**
 * Returns the words that call the gateway's program, profile included: those of its process, else of its definition,
 * else of the configuration; null when none of these is a command of this kind's.
 */
const programOf = async (context: DoctorContext): Promise<readonly [string, ...string[]] | null> => {
  const { gateway, kind, userHome } = context;
  const [process] = await context.processes().catch(() => []);
  const defined = [
    ...(await context.units().catch(() => [])).map(({ argv }) => argv),
    ...(await context.plists().catch(() => [])).flatMap((file) => (file.ok ? [file.plist.argv] : [])),
  ].flatMap((argv) => behindWrappers(argv).filter((each) => kind.servedBy(each, { HOME: userHome }) !== null));
  // A relative program is one of a folder that is not known here.
  const known = [...(process && process.unproven !== true ? [process.argv] : []), ...defined].filter(([program = '']) =>
    program.startsWith('/'),
  );
  for (const argv of [...known, gateway.command]) {
    const [program, ...rest] = argv.slice(0, Math.max(0, argv.lastIndexOf('gateway')));
    if (program !== undefined) return [program, ...rest];
  }
  return null;
};
