/** The plainest filter over the whole text of a log: what paging through it must give. */
import { redact } from '../../../src/base/redact/redact.ts';
import { LINE_LEVELS, type LineHead, type LineParser } from '../../../src/gateways/gateway-kind.ts';
import type { LogPageLine } from '../../../src/sensors/logs/log-search.ts';
import type { LogQuery } from '../../../src/sensors/logs/log-query.ts';

/** @param files oldest first. */
export const naiveSearch = (
  files: readonly string[],
  query: Omit<LogQuery, 'count' | 'before'>,
  parse: LineParser,
): LogPageLine[] => {
  const lines = files.flatMap((text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n')));
  const records: { head: LineHead | null; lines: string[] }[] = [];
  for (const line of lines) {
    const head = parse(line);
    const last = records.at(-1);
    if (head || !last?.head) records.push({ head, lines: [line] });
    else last.lines.push(line);
  }
  const all = records.flatMap(({ head, lines: its }) => {
    const shown = redact(its.join('\n')).split('\n');
    const late = query.since === null || (head?.at != null && head.at >= query.since);
    const loud =
      query.least === null ||
      (head?.level != null && LINE_LEVELS.indexOf(head.level) >= LINE_LEVELS.indexOf(query.least));
    const text = query.text?.toLowerCase() ?? '';
    const found = shown.some(
      (line) =>
        line.toLowerCase().includes(text) && (query.pattern === null || new RegExp(query.pattern, 'i').test(line)),
    );
    return shown.map((line) => ({
      at: head?.at ?? null,
      level: head?.level ?? null,
      text: line,
      match: late && loud && found,
    }));
  });
  return all.filter(
    ({ match }, index) =>
      match || all.slice(Math.max(0, index - query.context), index + query.context + 1).some((near) => near.match),
  );
};
