/** Every line that the real OpenClaw wrote, held against the grammar and the list of those that were judged. */
import { fileURLToPath } from 'node:url';
import { parseLogLine } from '../../../src/gateways/openclaw/log-line.ts';
import { kindAt } from '../../../src/gateways/index.ts';
import { expectJudged, linesReport, readLines, type GatewayLog, type Writer } from '../lines-judged.ts';

const JUDGED = fileURLToPath(new URL('./lines-judged.txt', import.meta.url));
const GRAMMAR = 'src/gateways/openclaw/link-grammar.ts or gateway-grammar.ts';

const FOREMOST = 200;

/** The log of one scene, and what is another name in each. */
export interface SceneLog extends GatewayLog {
  readonly home: string;
  readonly names: Writer['names'];
}

/** What the scenes of this run have left, in their order. */
export const sceneLogs: SceneLog[] = [];

/** @throws when a line says something that nobody has judged. */
export const checkLines = (): void => {
  const home = sceneLogs[0]?.home ?? '';
  const lines = readLines(sceneLogs, {
    newLogReader: kindAt('openclaw', home).newLogReader,
    wordsOf: (text) => {
      const line = parseLogLine(text);
      // The Feishu SDK breaks what it prints into lines, and errors bring their whole request along.
      return (
        line &&
        `${(line.level ?? '-').toUpperCase()} ${line.subsystem ?? '-'}: ${line.message.replace(/\s+/g, ' ').slice(0, FOREMOST)}`
      );
    },
    names: [...sceneLogs.flatMap(({ names }) => names), [home, '<home>']],
  });
  console.info(linesReport(lines));
  expectJudged(lines, JUDGED, GRAMMAR);
};
