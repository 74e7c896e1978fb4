/**
 * Secrets that are known by where they stand: behind the option of a program, in the line of a file with credentials,
 * in an address of a database driver. Each pattern has bounded repeats, so that text of any length is read in linear
 * time.
 */
import { applied, rule, type Rule } from './redact-rules.ts';

/** A word of a command line, in quotes or not. */
const ARGUMENT = String.raw`(?:"[^"\n]{1,256}"|'[^'\n]{1,256}'|[^\s"'|;&]{1,256})`;
/** What may stand between a program and its option. */
const SO_FAR = String.raw`[^\n|;]{0,120}?`;

const command = (programs: string, options: string): Rule =>
  rule(
    new RegExp(`\\b(?:${programs})\\b`),
    `(\\b(?:${programs})\\b${SO_FAR} (?:${options}))(?!\\*{3})${ARGUMENT}`,
    '$1***',
  );

const RULES: readonly Rule[] = [
  // user:password for curl, wget and the like
  rule(/-user|-u/, /((?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?)[^\s:"']{1,128}:[^\s"']{1,256}/g, '$1***:***'),
  command('redis-cli', '(?:-a|--pass) '),
  rule(
    /mysql|mariadb/,
    /(\b(?:mysql|mariadb)(?:-?(?:dump|admin|import|check))?\b[^\n|;]{0,120}? -p)[^\s'",;)-][^\s]{0,256}/g,
    '$1***',
  ),
  rule(/sshpass/, /(\bsshpass[ \t]{1,4}-p[ \t]{0,4})(?!\*{3})[^\s]{1,256}/g, '$1***'),
  rule(
    /\blogin\b/,
    String.raw`(\b(?:docker|podman|nerdctl|buildah|skopeo|oras|helm|crane|az|oc|npm)\b[^\n|;]{0,60}?\blogin\b${SO_FAR} -p[ =]?)(?!\*{3})${ARGUMENT}`,
    '$1***',
  ),
  command('mosquitto_(?:pub|sub|rr)|unzip|zip|sqlcmd|bcp', '-P ?'),
  command('ldap(?:search|modify|add|delete|passwd|whoami|compare)', '-w '),
  command('mongo(?:sh|dump|restore|export|import|stat|top)?|7z[ar]?|rar|unrar|influx', '-p ?'),
  command('smbclient|rpcclient|net', '-U ?[^\\s%]{1,64}%'),
  command('htpasswd', '-\\w{0,6}b\\w{0,6} (?:[^\\s]{1,128} ){1,2}'),
  command('rabbitmqctl', '(?:add_user|change_password) [^\\s]{1,64} '),
  rule(/\bnet user /i, new RegExp(`(\\bnet user [^\\s/]{1,64} )(?!\\*{3})${ARGUMENT}(?= /)`, 'gi'), '$1***'),
  command('openssl enc', '-k '),
  command('kubectl', '--from-literal=[\\w.-]{1,64}='),
  command('ssh-keygen', '-[NP] '),
  command('wpa_passphrase', '[^\\s]{1,32} '),
  rule(/-pass/, String.raw`(-pass(?:in|out)?[ =]["']?pass:)(?!\*{3})[^\s"']{1,256}`, '$1***'),
  rule(
    /\becho\b/,
    String.raw`(\becho(?: -[ne]{1,2})? )${ARGUMENT}(?=[ \t]{0,4}\|[ \t]{0,4}(?:sudo -\w{0,8}S|chpasswd|passwd --stdin|[^\n|]{1,64} --password-stdin))`,
    '$1***',
  ),
  // Settings and statements of databases
  rule(/requirepass|masterauth/i, /(\b(?:requirepass|masterauth)[ \t]{1,8}["']?)(?!\*{3})[^\s"']{1,256}/gi, '$1***'),
  rule(
    /identified|password/i,
    /(\b(?:IDENTIFIED(?:[ \t]{1,4}WITH[ \t]{1,4}\w{1,64})?[ \t]{1,4}(?:BY|AS)|(?:ENCRYPTED[ \t]{1,4})?PASSWORD)[ \t]{1,4}')(?!\*{3})[^'\n]{1,256}/gi,
    '$1***',
  ),
  rule(/AUTH /, /(\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)[ \t]{1,4})[A-Za-z0-9+/=]{8,}/g, '$1***'),
  // What only Go's and PHP's drivers write: user:password@tcp(host:3306)/name
  rule(
    /@(?:tcp[46]?|unix|udp|cloudsql(?:mysql)?)\(/,
    /(?<![^\s"'`=(,[])([\w.%+-]{1,64}:)[^\s"'<>()]{1,128}(?=@(?:tcp[46]?|unix|udp|cloudsql(?:mysql)?)\()/g,
    '$1***',
  ),
  rule(
    /\b(?:sqlplus|expdp|impdp|rman)\b|\bjdbc:oracle/,
    /(\b(?:sqlplus|expdp|impdp|rman|jdbc:oracle:[a-z]{1,8}:)[ \t]{0,4}[\w$#]{1,64}\/)(?!\*{3})[^\s@"'/]{1,128}/g,
    '$1***',
  ),
  // The same without a driver, where the host is no name: with one it is hidden as a mail address is
  rule(
    /@(?:\d{1,3}\.|localhost|\/\w)/,
    /(?<![^\s"'`=(,[])([A-Za-z_][\w.-]{0,63}:)(?!\d{1,5}@)[^\s@"'<>/]{1,128}(?=@(?:\d{1,3}(?:\.\d{1,3}){3}|localhost|\/\w))/g,
    '$1***',
  ),
  // .netrc; .pgpass, whose host is no part of an IPv6 address; .dockerconfigjson; htpasswd-like pairs of requests
  rule(
    /\blogin\b|\baccount\b/,
    /(\blogin[ \t\n]{1,8}[^\s]{1,128}[ \t\n]{1,8}(?:account[ \t\n]{1,8}[^\s]{1,128}[ \t\n]{1,8})?password[ \t\n]{1,8})(?!\*{3})[^\s]{1,256}/g,
    '$1***',
  ),
  rule(
    /:(?:\d{4,5}|\*):/,
    /(?<![\w.*:/-])((?=[\w.-]{0,255}[g-zG-Z.*])(?:[\w.-]{1,255}|\*):(?:\d{4,5}|\*):[^\s:/]{1,63}:[^\s:/]{1,63}:)(?!\*{3})[^\s:][^\s]{0,256}/g,
    '$1***',
  ),
  rule(/"auth"/, /("auth"[ \t]{0,4}:[ \t]{0,4}")([A-Za-z0-9+/]{8,}={0,2})(?=")/g, (match, before, value) =>
    /\d|=|[a-z][A-Z]/.test(value) ? `${before}***` : match,
  ),
  rule(
    /(?:auth|login|authenticate) ?=? ?\(/i,
    /((?:\bauth ?= ?|(?:Basic|Digest|Proxy)Auth|\.(?:login|auth|authenticate))\([ \t]{0,4}["'][^"'\n]{0,128}["'],[ \t]{0,4}["'])(?!\*{3})[^"'\n]{1,256}/g,
    '$1***',
  ),
];

/** Most texts hold none of them. */
const ANY = new RegExp(RULES.map(({ gate }) => gate.source).join('|'), 'i');

export const hidePlaces = (text: string): string => (ANY.test(text) ? applied(RULES, text) : text);
