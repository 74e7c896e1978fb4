/**
 * What launchctl prints, put together after outputs that people published of several versions of macOS; none was
 * recorded on a Mac by us.
 */

export interface JobOutput {
  readonly state: string;
  readonly pid?: number;
  readonly runs?: number;
  /** The whole line: `last exit code = 0`. */
  readonly exit?: string;
  readonly argv?: readonly string[];
}

/** A job in today's form; nested blocks have a `state` of their own, which is not the job's. */
export const printed = (
  target: string,
  {
    state,
    pid,
    runs = 1,
    exit = 'last exit code = (never exited)',
    argv = ['/usr/bin/python3', '-m', 'hermes_cli.main', 'gateway', 'run'],
  }: JobOutput,
): string =>
  [
    `${target} = {`,
    `\tactive count = ${pid === undefined ? 0 : 1}`,
    '\tpath = /Users/me/Library/LaunchAgents/ai.hermes.gateway.plist',
    '\ttype = LaunchAgent',
    `\tstate = ${state}`,
    '',
    `\tprogram = ${argv[0] ?? ''}`,
    '\targuments = {',
    ...argv.map((word) => `\t\t${word}`),
    '\t}',
    '',
    '\tstdout path = /Users/me/.hermes/logs/gateway.log',
    '\tstderr path = /Users/me/.hermes/logs/gateway.error.log',
    '\tinherited environment = {',
    '\t\tSSH_AUTH_SOCK => /private/tmp/com.apple.launchd.aI29yY86ps/Listeners',
    '\t}',
    '',
    '\tenvironment = {',
    '\t\tXPC_SERVICE_NAME => ai.hermes.gateway',
    '\t}',
    '',
    '\tdomain = gui/501 [100002]',
    '\tasid = 100002',
    '\tminimum runtime = 30',
    '\texit timeout = 25',
    `\truns = ${runs}`,
    ...(pid === undefined ? [] : [`\tpid = ${pid}`]),
    '\timmediate reason = semaphore',
    '\tforks = 12',
    '\texecs = 1',
    '\tinitialized = 1',
    `\t${exit}`,
    '',
    '\tresource coalition = {',
    '\t\tID = 1114',
    '\t\ttype = resource',
    '\t\tstate = active',
    '\t\tpid = 77777',
    '\t}',
    '',
    '\tspawn type = daemon (3)',
    '\tproperties = keepalive | runatload | inferred program',
    '}',
    '',
  ].join('\n');

/** An older form: other words, other lines, a block of event triggers. */
export const PRINTED_OLD = `com.example.old = {
\tactive count = 0
\tpath = /Users/me/Library/LaunchAgents/com.example.old.plist
\tstate = waiting
\tprogram = /usr/local/bin/hermes
\targuments = {
\t\t/usr/local/bin/hermes
\t\tgateway
\t\trun
\t\t--replace
\t}
\tdefault environment = {
\t\tPATH => /usr/bin:/bin:/usr/sbin:/sbin
\t}
\tdomain = com.apple.xpc.launchd.domain.user.501
\tminimum runtime = 10
\texit timeout = 5
\truns = 7
\tsuccessive crashes = 0
\texcessive crashing = 0
\tlast exit code = 1
\tevent triggers = {
\t\tcom.example.trigger => {
\t\t\tstate = 0
\t\t}
\t}
}
`;

export const NOT_FOUND = {
  code: 113,
  stderr: 'Bad request.\nCould not find service "ai.hermes.gateway" in domain for user gui: 501\n',
};
export const NOT_FOUND_OLD = { code: 113, stderr: 'Could not find service "ai.hermes.gateway" in domain for port\n' };
export const NO_DOMAIN = { code: 112, stderr: 'Bad request.\nCould not find domain for user gui: 501\n' };
export const refused = (
  code: number,
  words: string,
  verb = 'Bootstrap',
): { readonly code: number; readonly stderr: string } => ({ code, stderr: `${verb} failed: ${code}: ${words}\n` });
