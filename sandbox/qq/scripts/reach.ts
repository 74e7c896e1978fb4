/** A platform that cannot be used at all for a while. */
import { refusal } from '../codes.ts';
import { withFaults } from './connection.ts';
import { NOTHING_TO_UNDO, type Script, type ScriptStage } from './script.ts';

const revoke = ({ platform, appId }: ScriptStage): void => {
  platform.revokeTokens(appId);
  platform.closeSockets(appId, 4004, 'Authentication fail');
};

export const REACH_SCRIPTS: readonly Script[] = [
  {
    id: 'token_revoked',
    about: 'Tokens are no longer valid, and the connection is closed with 4004; new tokens are to be had.',
    start: (stage) => {
      revoke(stage);
      return NOTHING_TO_UNDO;
    },
  },
  {
    id: 'token_throttled',
    about: 'Tokens are no longer valid, and the token endpoint answers 100001.',
    start: (stage) => {
      const end = withFaults(stage, { token: refusal(100001) });
      revoke(stage);
      return end;
    },
  },
  {
    id: 'unreachable',
    about: 'Connections are cut, and new ones refused: what a dead name server or a dead route looks like.',
    start: async ({ platform }) => {
      await platform.setUnreachable(true);
      return () => platform.setUnreachable(false);
    },
  },
];
