/**
 * The language of `--help` and of complaints about the command line: that of the configuration, else of the environment.
 * Commander asks for each text when it prints it, so nothing is read while no help is shown.
 */
import { Help, type Command, type HelpConfiguration } from 'commander';
import { readForeignNow, MOST_BYTES, ANYBODY } from '../../base/open-foreign.ts';
import { ERRORS_ZH, EXTRAS_ZH, HELP_ZH } from '../../text/cli/help-zh.ts';
import { usualConfig, type Variables } from '../../setup/paths.ts';
import { localeOf } from '../../base/language-of-environment.ts';

/** The configuration is not parsed for this: it may be the very thing that is wrong. */
const isChinese = (env: Variables): boolean => {
  try {
    const path = env['LIFELINE_CONFIG'] || usualConfig(env);
    const text = readForeignNow(path, { trust: ANYBODY, mostBytes: MOST_BYTES.config }).text;
    const line = text.split('\n').find((each) => each.startsWith('locale:'));
    // Chinese is the default of a configuration.
    const [value = ''] = line?.slice('locale:'.length).split('#') ?? [];
    return value.trim().replaceAll(/["']/g, '') !== 'en';
  } catch {
    return localeOf(env) === 'zh-CN';
  }
};

const replaced = (text: string, words: readonly (readonly [string, string])[]): string =>
  words.reduce((said, [english, chinese]) => said.replaceAll(english, chinese), text);

export const helpIn = (program: Command, env: Variables): void => {
  let known: boolean | null = null;
  const chinese = (): boolean => (known ??= isChinese(env));
  const word = (text: string): string => (chinese() ? (HELP_ZH[text] ?? text) : text);
  const usual = new Help();
  const beside = (text: string, description: string): string =>
    chinese()
      ? replaced(
          text.replace(description, () => word(description)),
          EXTRAS_ZH,
        )
      : text;
  const help: HelpConfiguration = {
    styleTitle: word,
    commandDescription: (command) => word(usual.commandDescription(command)),
    subcommandDescription: (command) => word(usual.subcommandDescription(command)),
    optionDescription: (option) => beside(usual.optionDescription(option), option.description),
    argumentDescription: (argument) => beside(usual.argumentDescription(argument), argument.description),
  };
  program.configureHelp(help).configureOutput({
    writeErr: (text) => void process.stderr.write(text),
    outputError: (text, write) => write(chinese() ? replaced(text, ERRORS_ZH) : text),
  });
};
