/** What a check of the doctor gets of one gateway, as the command line would make it. */
import { processClock } from '../../src/base/clock.ts';
import { parseConfig } from '../../src/config/load.ts';
import { readSecretFile } from '../../src/config/secret.ts';
import { createContext, type DoctorContext } from '../../src/doctor/context.ts';
import { machineHere } from '../../src/doctor/run.ts';
import { createKind } from '../../src/gateways/index.ts';

/** @param dir what `~` stands for. @param gateway as YAML */
export const contextOf = (dir: string, gateway: string): DoctorContext => {
  const [config] = parseConfig(`gateways: [${gateway}]`, {
    file: 'config.yaml',
    env: {},
    home: dir,
    readSecret: readSecretFile,
  }).gateways;
  if (!config) throw new Error('no gateway');
  return createContext(config, createKind(config), { ...machineHere(processClock()), userHome: dir });
};
