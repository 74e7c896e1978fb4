import { runDemo } from '../sandbox/demo/demo.ts';

/** `lifeline demo`. */
export const demo = async ({ port, headless = false, script = false }: { port: number; headless?: boolean; script?: boolean }): Promise<void> => {
  process.exitCode = await runDemo({ port, headless, script });
};
