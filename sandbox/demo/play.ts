/** Plays a story on a stage, prints it as it happens and says whether it went as told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { chatOn, type Stage } from '../page/stage.ts';
import type { PhoneMessage } from '../phone.ts';
import type { DemoIo } from './io.ts';
import type { Expectation, Step } from './story.ts';
import { listen, stamp, transcriptOf, type Heard } from './transcript.ts';

const POLL_MS = 50;
/** Only so that a gateway that stays ill is broken all the same. */
const WELL_MS = 60_000;

/** @returns what went wrong, one sentence each; empty when all came as expected. Stops at the first step that fails. */
export const playStory = async (
  steps: readonly Step[],
  stage: Stage,
  io: Pick<DemoIo, 'out'>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  let awaited: Awaited[] = [];
  const problems: string[] = [];
  const end = listen(stage, (heard) => {
    // A message that changes rings nobody: it is shown, and not awaited.
    if (heard.message.from === 'user' || heard.change !== 'new') return;
    const match = awaited.find((candidate) => covers(candidate, heard));
    if (match) match.came += 1;
    else problems.push(`Nobody awaited this:\n${transcriptOf(heard, stage.language())}`);
  });
  try {
    for (const step of steps) {
      io.out(`\n— ${step.title[stage.language()]}`);
      const began = Date.now();
      const own = step.expect.map((expectation) => ({ ...expectation, came: 0 }));
      awaited.push(...own);
      if ('break' in step.act) await untilWell(stage, signal);
      await act(step, stage, io);
      await settle(own, began, problems, signal);
      if (problems.length === 0)
        await sleep(Math.max(0, began + (step.quietMs ?? 0) - Date.now()), undefined, { signal });
      if (problems.length > 0) break;
      // Only what may come late is awaited further.
      awaited = awaited.filter(({ optional, came }) => optional === true && came === 0);
    }
  } finally {
    end();
  }
  return problems;
};

type Awaited = Expectation & { came: number };

/** What is awaited once is used up by the first message; a message that came late is not what was awaited. */
const covers = (awaited: Awaited, { phone, role, message }: Heard): boolean =>
  (awaited.came === 0 || awaited.several === true) &&
  awaited.on === phone &&
  awaited.to === role &&
  awaited.text.test(message.text);

/** Lifeline's word of a restart comes before the links have logged in, and what is not there cannot be broken. */
const untilWell = async ({ gateway }: Stage, signal: AbortSignal): Promise<void> => {
  for (const limit = Date.now() + WELL_MS; Date.now() < limit; await sleep(POLL_MS, undefined, { signal })) {
    const { pid, links } = await gateway.view();
    if (pid !== null && links.every(({ connections }) => connections !== 0)) return;
  }
};

const GATEWAY_WORD = { zh: '网关', en: 'gateway' } as const;

const act = async ({ act: todo }: Step, stage: Stage, io: Pick<DemoIo, 'out'>): Promise<void> => {
  if ('break' in todo) {
    const fault = stage.faults.find(({ id }) => id === todo.break);
    const language = stage.language();
    io.out(`${stamp(Date.now())} ${GATEWAY_WORD[language]} ⚡ ${fault?.label[language] ?? todo.break}`);
    return stage.gateway.break(todo.break);
  }
  for (const phone of stage.phones) {
    if (!todo.on.includes(phone.name)) continue;
    const { platform, bot, people, group } = phone;
    const user = people[todo.as].id;
    const text = typeof todo.say === 'string' ? todo.say : answerTo(todo.say, chatOn(phone, todo.as));
    if (group) group.say(user, text, {});
    else platform.say(bot.appId, user, text);
  }
};

/** @throws when nothing asks for it. */
const answerTo = (question: RegExp, messages: readonly PhoneMessage[]): string => {
  const [, answer] = messages.map(({ text }) => question.exec(text)).findLast((found) => found !== null) ?? [];
  if (answer === undefined) throw new Error(`no message asks for an answer: ${question}`);
  return answer;
};

/** Waits until everything has come, or something is overdue, or something came that nobody awaited. */
const settle = async (
  own: readonly Awaited[],
  began: number,
  problems: string[],
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    const missing = own.filter(({ optional, came }) => !optional && came === 0);
    if (missing.length === 0 || problems.length > 0) return;
    for (const { on, text, withinMs } of missing) {
      if (Date.now() - began > withinMs)
        problems.push(`Awaited on ${on} within ${withinMs / 1000} s, and it did not come: ${text}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
};
