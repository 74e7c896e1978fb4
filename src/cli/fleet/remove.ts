/** `lifeline fleet remove`: puts a host out. */
import { errorText, UserError } from '../../base/errors.ts';
import { withoutMember } from '../../fleet/setup/members.ts';
import { folderOf, nowS, print, text, type FleetOptions } from './common.ts';
import { tell } from './servers.ts';

export const fleetRemove = async (name: string, options: FleetOptions): Promise<void> => {
  const fleet = folderOf(options);
  fleet.change((before) => {
    // Whose removal no server was told of yet is removed again by telling it.
    const isUntold = !before.isTold && before.removed.some((each) => each.name === name);
    const isMember = before.members.some((each) => each.name === name);
    return isUntold && !isMember ? before : withoutMember(before, name, nowS());
  });
  fleet.removeCreds(name);
  const words = text();
  let told: readonly string[];
  try {
    told = await tell(fleet);
  } catch (error) {
    throw new UserError(
      'FLEET_NOT_TOLD',
      `${name} is no member any more, but no server knows, and until one does ${name} keeps its rights. ${errorText(error)} The next "lifeline fleet" command tells it, "lifeline fleet remove ${name}" again too; so does a start of the server with the nats.conf in ${fleet.folder}.`,
      { cause: error },
    );
  }
  print([words.removed(name), ...told, words.forget(name)]);
};
