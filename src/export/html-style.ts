/** The look of the HTML page: one style sheet, light and dark, without scripts, fonts or anything else from elsewhere. */
import { createHash } from "node:crypto";

/** Times and tokens stand in a margin of their own; on a narrow screen they go above. Totals are shown at the top. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1f1f1d;--dim:#6d6c66;--faint:#93918a;--page:#fbfaf8;--card:#fff;--line:#e6e4de;
--code:#f5f3ee;--accent:#2a5db0;--bad:#b3261e;--notice:#8a5a00;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--text:#e4e2dc;--dim:#a09e97;--faint:#7d7b75;--page:#181817;--card:#1f1f1d;
--line:#33322f;--code:#252522;--accent:#8ab4f8;--bad:#f2938c;--notice:#e0b15c}}
*{box-sizing:border-box;min-width:0}
body{display:flex;flex-direction:column;margin:0 auto;max-width:64rem;padding:3rem 1.5rem 6rem;background:var(--page);
color:var(--text);font:1rem/1.6 var(--sans);overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
header,footer{order:-1;padding-bottom:1.25rem}
footer{border-bottom:1px solid var(--line);margin-bottom:1rem}
h1{margin:0 0 1.5rem;font:600 1.375rem/1.3 var(--mono);letter-spacing:-.02em}
h1 small{display:block;font:500 .8125rem/1.6 var(--sans);letter-spacing:0;color:var(--dim)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:.75rem 1.5rem;margin:0}
.wide,.data{grid-column:1/-1}
dt{font-size:.75rem;color:var(--dim)}
dd{margin:0;font-size:.9375rem;font-variant-numeric:tabular-nums}
.data dd{font:.75rem/1.6 var(--mono);color:var(--dim)}
.bad{color:var(--bad);font-weight:600}
.day{margin:1.5rem 0 .25rem;font-size:.8125rem;font-weight:600;color:var(--dim)}
.day small{font-weight:400}
section{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:0 1.5rem;padding:.375rem 0}
.when{margin:0;padding-top:.25rem;font-size:.75rem;line-height:1.35;color:var(--faint);
font-variant-numeric:tabular-nums}
.when time,.when small{display:block;font-size:inherit}
h2{margin:.75rem 0 .125rem;font-size:.8125rem;font-weight:600;color:var(--dim)}
section:has(h2)>.when{padding-top:.8125rem}
.user h2{color:var(--accent)}
.text{margin:.125rem 0 .25rem;white-space:pre-wrap}
.system .text,.tool .text{color:var(--dim)}
.user>div{border-left:2px solid var(--accent);padding-left:1rem;margin-left:calc(-1rem - 2px)}
details{margin:.25rem 0;border:1px solid var(--line);border-radius:.5rem;background:var(--card);font-size:.875rem;
overflow:hidden}
summary{display:flex;align-items:baseline;gap:.75rem;padding:.375rem .75rem;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"›";flex:none;width:.5rem;color:var(--faint);transition:transform .1s}
details[open]>summary::before{transform:rotate(90deg)}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
summary code{flex:none;max-width:60%;font:600 .8125rem/1.6 var(--mono)}
summary small,.state{flex:none;margin-left:auto;font-size:.75rem;color:var(--dim);font-variant-numeric:tabular-nums}
.hint,.long summary span{flex:0 1 auto;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;color:var(--dim)}
.hint{font:.8125rem/1.6 var(--mono)}
.failed{border-left:3px solid var(--bad)}.failed b{color:var(--bad)}
.denied,.open{border-left:3px solid var(--notice)}.denied b,.open b{color:var(--notice)}
.reason{margin:0;padding:.375rem .75rem;border-top:1px solid var(--line);color:var(--notice)}
.thought,.aside details{border-color:transparent;background:none}
.thought summary,.aside summary{padding-left:0;color:var(--dim)}
pre{margin:0;max-height:36rem;overflow:auto;padding:.75rem;border-top:1px solid var(--line);background:var(--code);
white-space:pre-wrap;font:.8125rem/1.55 var(--mono);tab-size:4}
.result{background:var(--card)}
.thought pre,.aside pre{border:1px solid var(--line);border-radius:.5rem}
.aside{padding:0;font-size:.8125rem;color:var(--dim)}
.aside p:not(.when),.aside details{margin:.125rem 0;font-size:inherit}
.aside summary{padding-top:.125rem;padding-bottom:.125rem}
.aside b{font-weight:600}
@media (max-width:40rem){body{padding:1.5rem 1rem 4rem}dl{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}
section,section:has(h2){grid-template-columns:minmax(0,1fr)}section>.when,section:has(h2)>.when{padding:.5rem 0 0}
.when time,.when small{display:inline;margin-right:.75rem}h2{margin-top:0}.user>div{margin-left:0}}
@media print{body{max-width:none;padding:0}pre{max-height:none}details{break-inside:avoid}}
`;

const HASH = createHash("sha256").update(STYLE).digest("base64");

/** Nothing may be loaded or run, whatever the page should hold; of styles this one sheet alone. */
export const POLICY = `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'`;
