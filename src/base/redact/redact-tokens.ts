/**
 * Tokens that their vendors gave a prefix, so that they can be found in a text; the prefix stays. Which vendor uses
 * which is collected by gitleaks (https://github.com/gitleaks/gitleaks, config/gitleaks.toml, v8.30), detect-secrets
 * (https://github.com/Yelp/detect-secrets) and the vendors' own pages; the patterns here are shorter than theirs where
 * the prefix says enough, so that a token that was cut is found too.
 */

/** Where a word begins; also after `\n` in an escaped text and after `%3D`. */
export const WORD = String.raw`(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))`;

const PREFIXED: readonly (readonly [prefix: string, rest: string])[] = [
  // OpenAI, Anthropic, DeepSeek, Moonshot, OpenRouter, Stripe, Squarespace
  ['(?:sk|pk|rk|sess)[-_](?:(?:ant|proj|or|live|test|prod|svcacct|admin)[-_])?', '[A-Za-z0-9_-]{12,}'],
  // GitHub, GitLab, Bitbucket, Atlassian, Gitea's and Sourcegraph's, Slack
  ['gh[pousr]_', '[A-Za-z0-9_]{12,}'],
  ['github_pat_', '[A-Za-z0-9_]{12,}'],
  ['gl(?:pat|dt|rt|ptt|ft|ffct|soat|cbt|agent|imt|oas)-', '[A-Za-z0-9_.-]{12,}'],
  ['GR1348941', '[A-Za-z0-9_-]{12,}'],
  ['AT(?:BB|ATT3|CTT3|STT3)', '[A-Za-z0-9_=-]{20,}'],
  ['sgp_', '[A-Za-z0-9_]{24,}'],
  ['xox[a-z](?:[.-]xox[a-z])?-', '[A-Za-z0-9-]{8,}'],
  ['xapp-', '[A-Za-z0-9-]{8,}'],
  // Package registries: npm, PyPI, RubyGems, NuGet, crates.io, Docker Hub, Artifactory, Clojars
  ['(?:npm|hf|gsk|r8|dckr_pat|dckr_oat|whsec|tgp_v1|api_org|rubygems|nfp|pnu|apify_api)_', '[A-Za-z0-9_-]{16,}'],
  ['cio', '(?=[A-Za-z]{0,32}\\d)[A-Za-z0-9]{32}(?![A-Za-z0-9])'],
  ['oy2', '[a-z0-9]{43}(?![a-z0-9])'],
  ['AKCp', '[A-Za-z0-9]{40,}'],
  ['cmVmd', '[A-Za-z0-9]{40,}'],
  ['CLOJARS_', '[a-z0-9]{40,}'],
  // Models and searches
  ['(?:pypi|xai|pplx|nvapi|tvly|fc|r2|csk|jina|lin_api|lin_oauth|ntn)[-_]', '[A-Za-z0-9_-]{20,}'],
  ['ABSK', '[A-Za-z0-9+/]{60,}={0,2}'],
  // Clouds: DigitalOcean, Heroku, Fly, Databricks, Supabase, PlanetScale, Pulumi, Terraform, Doppler, OpenShift
  ['do[por]_v1_', '[a-f0-9]{32,}'],
  ['HRKU-', '[A-Za-z0-9_-]{30,}'],
  ['(?:fo1|fm1[ar]?|fm2)_', '[A-Za-z0-9+/_=,-]{30,}'],
  ['dapi', '[a-f0-9]{32}(?:-\\d)?'],
  ['(?:sbp|sb_secret|sb_publishable|supabase)_', '[A-Za-z0-9_-]{20,}'],
  ['pscale_(?:pw|tkn|oauth)_', '[A-Za-z0-9_=.-]{24,}'],
  ['pul-', '[a-f0-9]{40}'],
  ['dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[A-Za-z0-9._-]{30,}'],
  ['sha256~', '[A-Za-z0-9_-]{40,}'],
  // Secrets and networks: Vault, age, 1Password, Tailscale
  ['hv[sbr]\\.', '[A-Za-z0-9_-]{24,}'],
  ['AGE-SECRET-KEY-1', '[A-Z0-9]{20,}'],
  ['ops_eyJ', '[A-Za-z0-9+/=]{40,}'],
  ['A3-', '[A-Z0-9]{6}-[A-Z0-9-]{20,}'],
  ['tskey-', '[A-Za-z0-9-]{16,}'],
  // NATS: seeds of operators, accounts, users, servers, clusters and curves
  ['S[OAUNCX]', '[A-Z2-7]{40,56}(?![A-Za-z0-9])'],
  // Watching: Grafana, Sentry, New Relic, Dynatrace, Sonar, Postman, Infracost
  ['gl(?:sa|c)_', '[A-Za-z0-9+/_=]{24,}'],
  ['sntry[su]_', '[A-Za-z0-9+/_=-]{24,}'],
  ['NR(?:AK|JS|II|RA|IQ)-', '[A-Za-z0-9_-]{16,}'],
  ['dt0[a-z]\\d{2}\\.', '[A-Za-z0-9]{20,}\\.[A-Za-z0-9]{30,}'],
  ['sq[pau]_', '[a-f0-9]{40}'],
  ['PMAK-', '[a-f0-9]{24}-[a-f0-9]{30,}'],
  ['ico-', '[A-Za-z0-9]{32}(?![A-Za-z0-9])'],
  ['API-', '[A-Z0-9]{26}(?![A-Z0-9])'],
  // Shops, mail, payment, texts: Shopify, SendGrid, Brevo, Mailgun, Square, EasyPost, Shippo, Duffel, Twilio, Facebook
  ['shp(?:at|ca|pa|ss|ua)_', '[A-Fa-f0-9]{32}'],
  ['SG\\.', '[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}'],
  ['xkeysib-', '[a-f0-9]{40,}(?:-[A-Za-z0-9]{8,})?'],
  ['key-', '[a-f0-9]{32}(?![a-f0-9])'],
  ['sq0[a-z]{3}-', '[A-Za-z0-9_-]{20,}'],
  ['EZ[AT]K', '[A-Za-z0-9]{50,}'],
  ['shippo_(?:live|test)_', '[a-f0-9]{40}'],
  ['duffel_(?:live|test)_', '[A-Za-z0-9_=-]{40,}'],
  ['SK', '[0-9a-f]{32}(?![0-9a-f])'],
  ['EAA', '[A-Za-z0-9]{60,}'],
  // Work: Airtable, Figma, Notion, Readme, Frame.io, SettleMint
  ['pat', '[A-Za-z0-9]{14}\\.[a-f0-9]{40,}'],
  ['fig[dour]_', '[A-Za-z0-9_-]{30,}'],
  ['secret_', '[A-Za-z0-9]{43}(?![A-Za-z0-9])'],
  ['rdme_', '[a-z0-9]{60,}'],
  ['fio-u-', '[A-Za-z0-9_=-]{40,}'],
  ['sm_[aps]at_', '[A-Za-z0-9]{16}'],
  // Google
  ['AIza', '[A-Za-z0-9_-]{30,}'],
  ['ya29\\.', '[A-Za-z0-9_.-]{16,}'],
  ['GOCSPX-', '[A-Za-z0-9_-]{16,}'],
  ['1//0', '[A-Za-z0-9_-]{20,}'],
  // AWS, Aliyun, Tencent, Volcengine, Baidu, DingTalk
  ['(?:AKIA|ASIA|ABIA|ACCA)', '[A-Z0-9]{12,}'],
  ['LTAI', '[A-Za-z0-9]{8,}'],
  ['STS\\.', '[A-Za-z0-9_-]{16,}'],
  ['AKID', '[A-Za-z0-9]{12,}'],
  ['AKLT', '[A-Za-z0-9_-]{16,}'],
  ['bce-v3/', '[A-Za-z0-9/_-]{16,}'],
  ['SEC', '[a-f0-9]{64}(?![a-f0-9])'],
  // Dify's apps and data sets
  ['(?:app|dataset)-', '(?=[A-Za-z]{0,24}\\d)[A-Za-z0-9]{24}(?![A-Za-z0-9-])'],
  // Feishu's tenant, user, refresh, app and card tokens
  ['(?:t|u|ur|a|c)-', '(?=[A-Za-z]{0,40}\\d)[A-Za-z0-9_.~]{24,}'],
];

/** One pattern for all of them: each is tried at each beginning of a word. */
const ALL = new RegExp(`${WORD}(?:${PREFIXED.map(([prefix, rest]) => `(${prefix})${rest}`).join('|')})`, 'g');

export const hideTokens = (text: string): string =>
  text.replace(
    ALL,
    (_match: string, ...groups: (string | undefined)[]) => `${groups.find((group) => group !== undefined)}***`,
  );
