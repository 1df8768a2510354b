/**
 * What a secret looks like that says so itself: tokens whose issuer gave them a prefix of their own, private keys, and
 * passwords where only a password can stand. A table; `find-secrets.ts` looks for what it says. What has no such mark (a
 * password on its own, a key that is plain hexadecimal) is not in it: a guess would redact what is none.
 */

export interface SecretKind {
  /** What stands in the marker: `[REDACTED:<kind>:…]`. */
  readonly kind: string;
  /**
   * One rare character that every such secret holds; a text is looked through for these alone. `head` goes before it, and
   * `tail` behind it: both are sources of regular expressions, and the three together are the secret, unless the tail has
   * a group named `secret`.
   */
  readonly pivot: "_" | "-" | "." | ":" | "A" | "J" | "z";
  readonly head: string;
  readonly tail: string;
  /** What must follow the pivot, as it stands, where the head alone would stop at every other word. */
  readonly next?: string;
  /**
   * What must not stand before the head: a letter or digit; also `-` and `_`, where the tail may be made of them (otherwise
   * each of many heads in a row would be tried to the end of the row); or nothing in particular.
   */
  readonly edge?: "word" | "none";
}

const END = "(?![A-Za-z0-9])";
const END_OF_WORD = "(?![\\w-])";
/** Between a name and its value: in code, in a shell, in JSON, and in JSON within a string. */
const ASSIGNED = "[\"'\\\\]{0,4}\\s{0,4}(?:[:=]|=>|:=)\\s{0,4}[\"'\\\\]{0,4}";

/** Beside each kind, where its issuer says what it looks like. */
export const SECRET_KINDS: readonly SecretKind[] = [
  // docs.github.com: "About authentication to GitHub", token formats.
  {
    kind: "github-token",
    pivot: "_",
    head: "gh[pousr]",
    tail: `[A-Za-z0-9]{36,255}${END}`,
  },
  { kind: "github-token", pivot: "_", head: "github", tail: `pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}${END}` },
  // docs.gitlab.com: "Token overview", token prefixes.
  {
    kind: "gitlab-token",
    pivot: "-",
    head: "gl(?:pat|oas|dt|rt|ptt|cbt|ft|soat|imt|agent|ffct)",
    tail: `[\\w-]{20,300}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{9})?${END_OF_WORD}`,
    edge: "word",
  },
  // docs.aws.amazon.com: "IAM identifiers", unique id prefixes (AKIA, ASIA, ABIA, ACCA); 16 characters of base 32.
  {
    kind: "aws-access-key-id",
    pivot: "A",
    head: "",
    next: "(?:KIA|SIA|BIA|CCA)",
    tail: `(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}${END}`,
  },
  // docs.aws.amazon.com: "Configuration and credential file settings"; 40 characters of base 64.
  {
    kind: "aws-secret-access-key",
    pivot: "_",
    head: "(?:secret|SECRET)",
    next: "(?:access|ACCESS)_",
    tail: `(?:access_key|ACCESS_KEY)${ASSIGNED}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
    edge: "none",
  },
  {
    kind: "aws-secret-access-key",
    pivot: "A",
    head: "[Ss]ecret",
    next: "ccessKey",
    tail: `ccessKey${ASSIGNED}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
    edge: "none",
  },
  // learn.microsoft.com: "Configure Azure Storage connection strings"; 64 bytes in base 64.
  {
    kind: "azure-storage-key",
    pivot: "A",
    head: "",
    next: "ccountKey=",
    tail: "ccountKey=(?<secret>[A-Za-z0-9+/]{86}==)",
  },
  // cloud.google.com: "Manage API keys"; support.google.com: OAuth client secrets; developers.google.com: access tokens.
  {
    kind: "google-api-key",
    pivot: "A",
    head: "",
    next: "Iza",
    tail: `Iza[\\w-]{35}${END_OF_WORD}`,
    edge: "word",
  },
  { kind: "google-oauth-secret", pivot: "-", head: "GOCSPX", tail: `[\\w-]{28}${END_OF_WORD}`, edge: "word" },
  {
    kind: "google-access-token",
    pivot: ".",
    head: "ya29",
    tail: `[\\w-]{40,1024}${END_OF_WORD}`,
    edge: "word",
  },
  // platform.openai.com: project, service-account and admin keys; older ones hold T3BlbkFJ ("OpenAI" in base 64).
  {
    kind: "openai-key",
    pivot: "-",
    head: "sk",
    tail: `(?:proj|svcacct|admin)-[\\w-]{40,300}${END_OF_WORD}`,
    edge: "word",
  },
  { kind: "openai-key", pivot: "-", head: "sk", tail: `[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}${END}` },
  // docs.anthropic.com: API and admin keys; OAuth tokens of Claude Code have the same form.
  {
    kind: "anthropic-key",
    pivot: "-",
    head: "sk",
    tail: `ant-[a-z]{2,8}\\d\\d-[\\w-]{40,300}${END_OF_WORD}`,
    edge: "word",
  },
  // openrouter.ai/docs: "API authentication".
  { kind: "openrouter-key", pivot: "-", head: "sk", tail: `or-v1-[0-9a-f]{64}${END}` },
  // console.groq.com/docs, docs.x.ai, docs.perplexity.ai, replicate.com/docs: API keys.
  { kind: "groq-key", pivot: "_", head: "gsk", tail: `[A-Za-z0-9]{52}${END}` },
  { kind: "xai-key", pivot: "-", head: "xai", tail: `[A-Za-z0-9]{80}${END}` },
  { kind: "perplexity-key", pivot: "-", head: "pplx", tail: `[A-Za-z0-9]{48,56}${END}` },
  { kind: "replicate-token", pivot: "_", head: "r8", tail: `[A-Za-z0-9]{37}${END}` },
  // huggingface.co/docs/hub: "User access tokens".
  { kind: "huggingface-token", pivot: "_", head: "hf", tail: `[A-Za-z0-9]{34}${END}` },
  // api.slack.com: "Token types"; "Sending messages using incoming webhooks".
  { kind: "slack-token", pivot: "-", head: "xox[abeoprs]", tail: `(?:\\d{1,2}-)?[A-Za-z0-9-]{20,250}${END}` },
  { kind: "slack-token", pivot: "-", head: "xapp", tail: `\\d-[A-Z0-9]{8,14}-\\d{8,16}-[0-9a-f]{64}${END}` },
  {
    kind: "slack-webhook",
    pivot: ".",
    head: "hooks\\.slack",
    tail: `com/(?:services|workflows)/(?<secret>T[A-Z0-9]{8,14}/[AB][A-Z0-9]{8,14}/[A-Za-z0-9]{20,44})${END}`,
  },
  // docs.stripe.com: "API keys"; "Verify webhook signatures".
  { kind: "stripe-key", pivot: "_", head: "[sr]k", tail: `(?:live|test)_[A-Za-z0-9]{24,247}${END}` },
  { kind: "stripe-webhook-secret", pivot: "_", head: "whsec", tail: `[A-Za-z0-9+/]{32,64}={0,2}${END}` },
  // docs.npmjs.com: "About access tokens"; pypi.org/help: API tokens (a macaroon: "pypi.org" in base 64).
  { kind: "npm-token", pivot: "_", head: "npm", tail: `[A-Za-z0-9]{36}${END}` },
  { kind: "pypi-token", pivot: "-", head: "pypi", tail: `AgE[\\w-]{50,1000}${END_OF_WORD}`, edge: "word" },
  { kind: "rubygems-key", pivot: "_", head: "rubygems", tail: `[0-9a-f]{48}${END}` },
  // docs.docker.com: "Personal access tokens".
  {
    kind: "docker-token",
    pivot: "_",
    head: "dckr",
    tail: `(?:pat|oat)_[\\w-]{27,64}${END_OF_WORD}`,
    edge: "word",
  },
  // docs.sendgrid.com: "API keys".
  {
    kind: "sendgrid-key",
    pivot: ".",
    head: "SG",
    tail: `[\\w-]{22}\\.[\\w-]{43}${END_OF_WORD}`,
    edge: "word",
  },
  // docs.digitalocean.com: "Personal access tokens".
  { kind: "digitalocean-token", pivot: "_", head: "do[opr]", tail: `v1_[0-9a-f]{64}${END}` },
  // shopify.dev: "Authentication", token formats.
  { kind: "shopify-token", pivot: "_", head: "shp(?:at|ca|pa|ss)", tail: `[0-9a-fA-F]{32}${END}` },
  // developer.hashicorp.com: "Vault tokens".
  { kind: "vault-token", pivot: ".", head: "hv[sbr]", tail: `[\\w-]{24,300}${END_OF_WORD}`, edge: "word" },
  // linear.app/developers, developer.atlassian.com, learning.postman.com: API keys.
  { kind: "linear-key", pivot: "_", head: "lin", tail: `(?:api|oauth)_[A-Za-z0-9]{40,64}${END}` },
  {
    kind: "atlassian-token",
    pivot: "A",
    head: "",
    next: "TATT3",
    tail: `TATT3[\\w-]{100,300}(?:=[0-9A-F]{8})?${END_OF_WORD}`,
    edge: "word",
  },
  { kind: "postman-key", pivot: "-", head: "PMAK", tail: `[0-9a-f]{24}-[0-9a-f]{34}${END}` },
  // grafana.com/docs: service-account tokens; docs.newrelic.com: user keys.
  { kind: "grafana-token", pivot: "_", head: "glsa", tail: `[A-Za-z0-9]{32}_[0-9a-f]{8}${END}` },
  { kind: "newrelic-key", pivot: "-", head: "NRAK", tail: `[A-Z0-9]{27}${END}` },
  // age-encryption.org/v1: an identity, in Bech32.
  { kind: "age-key", pivot: "-", head: "AGE", tail: `SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}${END}` },
  // RFC 7519: header and payload are JSON objects, and `{"` is eyJ in base 64.
  {
    kind: "jwt",
    pivot: "J",
    head: "ey",
    tail: `[\\w-]{8,16384}\\.eyJ[\\w-]{8,65536}\\.[\\w-]{16,16384}${END_OF_WORD}`,
    edge: "word",
  },
  // RFC 7468 and RFC 9580: PEM and OpenPGP armour. How far it reaches is for `find-secrets.ts` to say.
  {
    kind: "private-key",
    pivot: "-",
    head: "-{4}",
    next: "BEGIN ",
    tail: "BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    edge: "none",
  },
  // RFC 3986, section 3.2.1: user:password before the host.
  {
    kind: "url-password",
    pivot: ":",
    head: "[A-Za-z0-9]",
    next: "//",
    tail: "//[^\\s:/?#@\"'`<>\\\\]{0,128}:(?<secret>[^\\s/?#@\"'`<>\\\\]{1,256})@(?=[A-Za-z0-9[.-])",
    edge: "none",
  },
  // RFC 9110, section 11.6.2, and RFC 6750: the header with its credentials, as curl and logs show it.
  {
    kind: "authorization",
    pivot: "z",
    head: "[Aa]uthori",
    tail: `ation${ASSIGNED}(?:[Bb]earer|[Bb]asic|[Tt]oken)\\s{1,4}(?<secret>(?=[A-Za-z._~+/-]{0,256}[0-9])[A-Za-z0-9._~+/-]{16,65536}={0,2})`,
    edge: "none",
  },
];
