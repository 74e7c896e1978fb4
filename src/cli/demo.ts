import { isSingleFile } from '../base/program-files.ts';
import { runDemo } from '../../sandbox/demo/demo.ts';

/** `lifeline demo`. */
export const demo = async ({
  port,
  headless = false,
  script = false,
  keep = false,
  fleet = false,
}: {
  port: number;
  headless?: boolean;
  script?: boolean;
  keep?: boolean;
  fleet?: boolean;
}): Promise<void> => {
  if (isSingleFile) {
    process.stderr.write(
      'The demo is in the npm package and in a checkout; this single file has no gateway to break.\n',
    );
    process.exitCode = 1;
    return;
  }
  process.exitCode = await runDemo({ port, headless, script, keep, fleet });
};
