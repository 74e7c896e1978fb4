/** Patterns whose time is not linear in the text, or of which that cannot be told, and why they may stay. */

export interface Allowed {
  /** What keeps the text short, or why the time is linear all the same. */
  readonly why: string;
  /** So many characters are looked at at most. */
  readonly most: number;
  /** What takes them longest: its beginning, what repeats, its end. */
  readonly attack: readonly [before: string, unit: string, after: string];
}

/** `MOST_LINE` of src/config/syntax.ts. */
const CONFIG_LINE = { why: 'a line of the configuration, of which the beginning is looked at', most: 1_000 };
const CRONTAB_LINE = { why: 'a line of a crontab, of which the beginning is looked at', most: 1_000 };
/** `MOST_BYTES.definition` */
const PLIST = { why: 'a file that is refused when it is longer', most: 65_536 };
/** `ASKED_CHARACTERS` of src/gateways/line-limit.ts. */
const LOG_LINE = { why: 'a line of a log, of which the beginning is looked at', most: 16_384 };
/** `MOST_WORDS` of src/supervisors/run-command.ts. */
const WORDS = { why: 'the end of what a program says of its failure; each gap has a bound', most: 16_384 };

export const ALLOWED: Readonly<Record<string, Allowed>> = {
  [String(/^([^#"']*[{[][^#"']*?)，/)]: { ...CONFIG_LINE, attack: ['', '[', ''] },
  [String(/^([^#"']*[{[,:] *)\$\{[^}]*\}(?=[^"']*[}\],])/)]: { ...CONFIG_LINE, attack: ['', ':${:', ''] },
  [String(/\$\{[^}]*\}/)]: { ...CONFIG_LINE, attack: ['', '${', ''] },
  [String(/\w{1,64}$/)]: { ...CONFIG_LINE, attack: ['', '0', '-'] },
  [String(
    /\b(?:pkill|killall|kill|systemctl\b.*\b(?:restart|start|stop)|launchctl\b.*\b(?:kickstart|bootout|bootstrap|load))\b/,
  )]: { ...CRONTAB_LINE, attack: ['', 's\0launchctl\0', '\n'] },
  [String(/(?:watchdog|keepalive|keep-alive|restart|revive)[\w-]*\.(?:sh|py)/i)]: {
    ...CRONTAB_LINE,
    attack: ['', 'SHREVIVE', 'SH.REVIVE.SH'],
  },
  [String(/<key>\s*ProgramArguments\s*<\/key>\s*<array>[\s\S]*?<\/array>/)]: {
    ...PLIST,
    attack: ['', '<key>ProgramArguments</key><array>', ''],
  },
  [String(/([\d.]{1,30})\s{0,3}([a-z]{1,10})/g)]: {
    why: 'each repeat has a bound; a property that systemd prints',
    most: 65_536,
    attack: ['', '.....', '\0'],
  },
  [String(
    /^(?:<.*>|\{.*\}|\$\{.*\}|\[.*\]|\.{3}|…|x{3,}|\*{3,}|(?:cli_)?x+|cli_\.*|(?:your|my|change|replace|insert|put|enter|todo|example|placeholder)(?:[\W_].*|me|)$|your.*|.*(?:_here|-here)|你的.*|填.*|.*xxx+.*|app_?secret|app_?id|client_?secret|secret)$/i,
  )]: { why: 'a value that is a secret or an id where it is longer', most: 200, attack: ['C', 'XXX<', '\n'] },
  [String(/^1 (\S+) \S+ \S+ \S+ \S+ (?:-|(?:\[[^\]]*\])+) ?/)]: {
    why: 'begins at the beginning, and no two neighbours take the same character',
    most: 16_384,
    attack: ['1 a b c d e ', '[]', '[]!'],
  },
  [String(/(?:stopped after|received) SIG\w+ \d+ times in 5 min: another supervisor/s)]: {
    ...LOG_LINE,
    attack: ['', 'received SIGa 1', ' times'],
  },
  [String(
    /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+[A-Z][a-z]{2}\s+([A-Z][a-z]{2}\s+\d+\s+\d\d:\d\d:\d\d\s+\d{4})(?:\s(.*))?$/,
  )]: {
    why: 'begins at the beginning, blanks and words by turns',
    most: 200_000,
    attack: ['0 0 0 0 S Aaa Aaa 0 00:00:00 0000', '\t', '\n'],
  },
  [String(
    /permission denied while trying to connect|permission denied.{0,500}\.sock|\.sock.{0,500}permission denied/i,
  )]: { ...WORDS, attack: ['', '.SOCKE', '\n'] },
  [String(/unable to read status .{1,500}No such file/)]: { ...WORDS, attack: ['', 'unable to read status ', ''] },
  [String(/systemctl.{1,500}No such file or directory/)]: { ...WORDS, attack: ['', 'systemctl', ''] },
  [String(/Failed to (?:connect to .{0,100}bus|get D-Bus connection)|XDG_RUNTIME_DIR not defined/)]: {
    ...WORDS,
    attack: ['', 'Failed to connect to M', '\n'],
  },
  [String(/not loaded|[Nn]o .{0,100}process.{0,100} to kill/)]: { ...WORDS, attack: ['', 'no process', ''] },
};

/** Redaction has bounds in its patterns and a test of its own for hostile text: `test/base/redact/redact-hostile.test.ts`. */
export const isElsewhere = (where: string): boolean => where.startsWith('src/base/redact');
