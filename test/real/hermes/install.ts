/** The real Hermes Agent, the newest on PyPI, in a folder of its own, its platforms pointed at the sandbox's. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { NotToBeHad } from '../packages.ts';

export interface HermesInstalled {
  readonly folder: string;
  readonly version: string;
  readonly python: string;
  /** The command `hermes`. */
  readonly program: string;
}

/** For the environment of its gateway: where its platforms are. */
export const QQ_VARIABLE = 'LIFELINE_TEST_QQ';
export const FEISHU_VARIABLE = 'LIFELINE_TEST_FEISHU';

const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3'];
const NEEDED = 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else 1)';
/**
 * Where QQ and the Feishu SDK are, and how long QQ and a conflict of Telegram are tried: 97 and 3 minutes in life. Hermes
 * lets nobody configure them.
 */
const POINT = `
import os, sysconfig
site = sysconfig.get_paths()["purelib"]
def point(path, *pairs):
    path = os.path.join(site, *path.split("/"))
    text = open(path, encoding="utf-8").read()
    for old, new in pairs:
        if old in text: text = text.replace(old, new)
        elif new not in text: raise SystemExit(f"{path} has no line {old}")
    open(path, "w", encoding="utf-8").write(text)
point("gateway/platforms/qqbot/constants.py",
    ('API_BASE = "https://api.sgroup.qq.com"', 'API_BASE = os.environ.get("${QQ_VARIABLE}", "http://127.0.0.1:9")'),
    ('TOKEN_URL = "https://bots.qq.com/app/getAppAccessToken"', 'TOKEN_URL = API_BASE + "/app/getAppAccessToken"'),
    ("RECONNECT_BACKOFF = [2, 5, 10, 30, 60]", "RECONNECT_BACKOFF = [0.2, 0.5]"),
    ("MAX_RECONNECT_ATTEMPTS = 100", "MAX_RECONNECT_ATTEMPTS = 4"))
point("plugins/platforms/telegram/adapter.py",
    ("RETRY_DELAY = 10 + (self._polling_conflict_count * 10)", "RETRY_DELAY = 1"))
point("lark_oapi/core/const.py",
    ('FEISHU_DOMAIN = "https://open.feishu.cn"', 'import os\\nFEISHU_DOMAIN = os.environ.get("${FEISHU_VARIABLE}", "http://127.0.0.1:9")'))
`;
const INSTALL_MS = 600_000;

/**
 * @param dir where it is installed, unless LIFELINE_TEST_HERMES names a folder where it was before; @throws NotToBeHad,
 * with the reason; another Error when it is not what this test knows.
 */
export const installHermes = async (dir: string): Promise<HermesInstalled> => {
  const folder = process.env['LIFELINE_TEST_HERMES'] ?? dir;
  const python = join(folder, 'venv', 'bin', 'python');
  const run = async (argv: readonly [string, ...string[]], Failure = NotToBeHad): Promise<string> => {
    const { exitCode, stdout, stderr, failure } = await runCommand(argv, { timeoutMs: INSTALL_MS });
    if (exitCode !== 0)
      throw new Failure(
        `${argv.slice(0, 4).join(' ')} …: ${failure ?? exitCode}: ${`${stderr}\n${stdout}`.trim().split('\n').slice(-3).join(' | ')}`,
      );
    return stdout;
  };
  await mkdir(dir, { recursive: true });
  if (folder === dir) {
    let base: string | null = null;
    for (const name of PYTHONS)
      if (base === null && (await runCommand([name, '-c', NEEDED])).exitCode === 0) base = name;
    if (base === null) throw new NotToBeHad('there is no Python from 3.11 to 3.13');
    await run([base, '-m', 'venv', join(dir, 'venv')]);
    // aiohttp comes with the extras of other platforms, and QQ and Mattermost need it. Of the extra `messaging` only what
    // Telegram needs.
    await run([
      python,
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      'hermes-agent[feishu]',
      'aiohttp',
      'python-telegram-bot[webhooks]>=22.6,<23',
    ]);
  }
  await writeFile(join(dir, 'point.py'), POINT);
  await run([python, join(dir, 'point.py')], Error);
  const version = (
    await run([python, '-c', 'from importlib.metadata import version; print(version("hermes-agent"))'], Error)
  ).trim();
  return { folder, version, python, program: join(folder, 'venv', 'bin', 'hermes') };
};
