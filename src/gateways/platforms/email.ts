/** A mailbox that is polled (docs/facts/platforms.md 3.8). */
import { failedOrRefused, inUse, line, login, lostFor, setupIncomplete, type Platform } from './platform.ts';

export const email: Platform = {
  link: 'email',
  names: { 'zh-CN': '邮件', en: 'Email' },
  // Each has a server of its own.
  hosts: [],
  restarts: [],
  hermes: {
    tags: ['email'],
    // Each poll that fails is logged, and one that works is not.
    settles: { after: 'any', ms: 120_000 },
    tagged: [
      line('IMAP connection test passed', login),
      line('(?:Poll|IMAP fetch) error: (?<reason>.*)', lostFor),
      line('(?:IMAP|SMTP) connection failed: (?<error>.*)', ({ error = '' }) => failedOrRefused(error)),
      line('(?<reason>(?:EMAIL_|IMAP |SMTP ).* (?:required|not set))', setupIncomplete),
      inUse,
    ],
    refusals: { email_missing_configuration: 'setup_incomplete' },
    variables: ['EMAIL_ADDRESS', 'EMAIL_IMAP_HOST'],
    settings: [
      {
        variable: 'EMAIL_ADDRESS',
        key: ['extra', 'address'],
      },
      { variable: 'EMAIL_PASSWORD' },
      { variable: 'EMAIL_IMAP_HOST', key: ['extra', 'imap_host'] },
      { variable: 'EMAIL_SMTP_HOST', key: ['extra', 'smtp_host'] },
    ],
  },
  openclaw: null,
};
