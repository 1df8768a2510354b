/**
 * Strings in the form of secrets, put together when the tests run: none stands in this file, and none was ever issued.
 */

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const ALNUM = `${UPPER}${UPPER.toLowerCase()}${DIGITS}`;
const BASE32 = `${UPPER}234567`;
const HEX = "0123456789abcdef";
const BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

/** Looks random, is the same each time. */
function fill(alphabet: string, length: number, seed = 1): string {
  let at = seed * 7919 + length;
  let text = "";
  while (text.length < length) {
    at = (at * 1103515245 + 12345) % 2147483648;
    text += alphabet[Math.floor(at / 65536) % alphabet.length];
  }
  return text;
}

const join = (...parts: string[]) => parts.join("");
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface Sample {
  readonly kind: string;
  /** A text that holds the secret, and the secret. */
  readonly text: string;
  readonly secret: string;
}

function sample(kind: string, secret: string, before = "", after = ""): Sample {
  return { kind, text: before + secret + after, secret };
}

/** A PEM file of random characters. */
export function privateKey(label = "RSA PRIVATE KEY", newline = "\n", seed = 1): string {
  const body = Array.from({ length: 12 }, (_, index) => fill(`${ALNUM}+/`, 64, seed + index));
  return [`-----BEGIN ${label}-----`, ...body, `${fill(ALNUM, 30)}==`, `-----END ${label}-----`].join(
    newline,
  );
}

/** One of each kind, some in several forms; another `seed` gives other secrets. */
export function samples(seed = 1): Sample[] {
  const a = (length: number) => fill(ALNUM, length, seed);
  const hex = (length: number) => fill(HEX, length, seed);
  const word = (length: number) => `${fill(`${ALNUM}_-`, length - 1, seed).replace(/^[-_]/, "x")}z`;
  return [
    ...["p", "o", "u", "s", "r"].map((each) => sample("github-token", join("gh", each, "_", a(36)))),
    sample("github-token", join("github", "_pat_", a(22), "_", a(59))),
    sample("gitlab-token", join("glpat", "-", word(20))),
    sample("gitlab-token", join("glptt", "-", hex(40))),
    ...["AKIA", "ASIA"].map((each) => sample("aws-access-key-id", join(each, fill(BASE32, 16, seed)))),
    sample("aws-secret-access-key", a(40), "aws_secret_access_key = "),
    sample("aws-secret-access-key", a(40), 'export AWS_SECRET_ACCESS_KEY="', '"'),
    sample("aws-secret-access-key", a(40), '{"SecretAccessKey": "', '"}'),
    sample("azure-storage-key", join(a(86), "=="), "AccountName=x;AccountKey=", ";EndpointSuffix=y"),
    sample("google-api-key", join("AI", "za", word(35))),
    sample("google-oauth-secret", join("GOCSPX", "-", word(28))),
    sample("google-access-token", join("ya29", ".", word(120))),
    sample("openai-key", join("sk", "-proj-", word(120))),
    sample("openai-key", join("sk", "-", a(20), "T3Blbk", "FJ", a(20))),
    sample("anthropic-key", join("sk", "-ant-", "api03-", word(95))),
    sample("openrouter-key", join("sk", "-or-v1-", hex(64))),
    sample("groq-key", join("gsk", "_", a(52))),
    sample("xai-key", join("xai", "-", a(80))),
    sample("perplexity-key", join("pplx", "-", a(48))),
    sample("replicate-token", join("r8", "_", a(37))),
    sample("huggingface-token", join("hf", "_", a(34))),
    sample("slack-token", join("xox", "b-", fill(DIGITS, 12, seed), "-", fill(DIGITS, 12, seed), "-", a(24))),
    sample(
      "slack-token",
      join("xapp", "-1-A", fill(UPPER, 10, seed), "-", fill(DIGITS, 13, seed), "-", hex(64)),
    ),
    sample(
      "slack-webhook",
      join("T", fill(UPPER, 9, seed), "/B", fill(UPPER, 9), "/", a(24)),
      "https://hooks.slack.com/services/",
    ),
    sample("stripe-key", join("sk", "_live_", a(24))),
    sample("stripe-key", join("rk", "_test_", a(99))),
    sample("stripe-webhook-secret", join("whsec", "_", a(32))),
    sample("npm-token", join("npm", "_", a(36))),
    sample("pypi-token", join("pypi", "-AgE", "IcHlwaS5vcmc", word(80))),
    sample("rubygems-key", join("rubygems", "_", hex(48))),
    sample("docker-token", join("dckr", "_pat_", word(27))),
    sample("sendgrid-key", join("SG", ".", word(22), ".", word(43))),
    sample("digitalocean-token", join("dop", "_v1_", hex(64))),
    sample("shopify-token", join("shpat", "_", hex(32))),
    sample("vault-token", join("hvs", ".", word(95))),
    sample("linear-key", join("lin", "_api_", a(40))),
    sample("atlassian-token", join("ATAT", "T3", word(186), "=", hex(8).toUpperCase())),
    sample("postman-key", join("PMAK", "-", hex(24), "-", hex(34))),
    sample("grafana-token", join("glsa", "_", a(32), "_", hex(8))),
    sample("newrelic-key", join("NRAK", "-", fill(UPPER, 27, seed))),
    sample("age-key", join("AGE", "-SECRET-", "KEY-1", fill(BECH32, 58, seed))),
    sample(
      "jwt",
      join(base64url({ alg: "HS256", typ: "JWT" }), ".", base64url({ sub: a(12) }), ".", word(43)),
    ),
    sample("private-key", privateKey("RSA PRIVATE KEY", "\n", seed)),
    sample("private-key", privateKey("OPENSSH PRIVATE KEY", "\\n", seed), '{"key":"', '\\n"}'),
    sample("private-key", privateKey("PRIVATE KEY", "\r\n    ", seed)),
    sample("private-key", privateKey("PGP PRIVATE KEY BLOCK", "\n", seed)),
    sample("url-password", a(12), "postgres://bob:", "@db.internal:5432/x"),
    sample("url-password", a(30), "git clone https://oauth2:", "@git.example.org/a/b.git"),
    sample("authorization", a(32), "curl -H 'Authorization: Bearer ", "' https://x.test"),
    sample("authorization", join(a(27), "0="), '{"authorization": "Basic ', '"}'),
  ];
}

/** What has the looks and is none, or means nothing. */
export const HARMLESS: readonly string[] = [
  join("gh", "p_", a10().repeat(3)),
  join("AKIA", "IOSFODNN7", "EXAMPLE"),
  join("AKIA", "lowercase0123456789"),
  "sk-learn and sk-proj-ect, glpat- alone, hf_hub_download, npm_config_registry",
  "whsec_ xoxb-not-a-token r8_ gsk_",
  "-----BEGIN PRIVATE KEY----- begins a key file, and -----END PRIVATE KEY----- ends one",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "https://example.org:8080/a@b https://user@example.org ssh://git@github.com:22/x",
  join(
    "postgres://user:password@localhost postgres://$USER:$PASS@db redis://redis:redis@db ftp://a:$",
    "{X}@b",
  ),
  "Authorization: Bearer $TOKEN, Authorization: Bearer YOUR_TOKEN_GOES_HERE, Authorization: Bearer <token>",
  "aws_secret_access_key = <your key>, SecretAccessKey: undefined",
  "eyJhbGciOiJIUzI1NiJ9 alone, eyJ.eyJ.x",
  "The Authorization header carries a bearer token. 2025-12-08T14:31:05.000Z src/a.ts:12",
  "[REDACTED:github-token:abcdefghijkl]",
];

function a10(): string {
  return fill(ALNUM, 10);
}
