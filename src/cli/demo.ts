import { runDemo } from '../../sandbox/demo/demo.ts';

/** `lifeline demo`. */
export const demo = async ({
  port,
  headless = false,
  script = false,
  keep = false,
}: {
  port: number;
  headless?: boolean;
  script?: boolean;
  keep?: boolean;
}): Promise<void> => {
  process.exitCode = await runDemo({ port, headless, script, keep });
};
