/** The style of the HTML report. It names no external asset: the page is read offline and mailed around. */
export const style = `
:root{--paper:#fbfaf7;--card:#fff;--ink:#1d2230;--soft:#5a6172;--line:#e2e0d8;--accent:#1f4fa8;
--yes:#17703a;--yes-tint:#e2f3e7;--partial:#8a5a00;--partial-tint:#fdf0d3;--no:#b3261e;--no-tint:#fce8e6;
--skipped:#5a6172;--skipped-tint:#ececea;--sans:ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--serif:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--paper:#12151c;--card:#191d27;--ink:#e8eaf0;--soft:#a2a9b8;--line:#2c3240;--accent:#8fb4ff;
--yes:#63d08a;--yes-tint:#15311f;--partial:#f0bd55;--partial-tint:#33270c;--no:#ff8b80;--no-tint:#3a1a18;
--skipped:#a2a9b8;--skipped-tint:#272c37}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans);-webkit-text-size-adjust:100%}
.masthead,main,footer{max-width:66rem;margin:0 auto;padding:0 1.5rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem}
.masthead{padding-top:4.5rem;padding-bottom:2rem}
.eyebrow{margin:0;color:var(--accent);font-size:.8rem;font-weight:650;letter-spacing:.09em;text-transform:uppercase}
h1{margin:.4rem 0 1rem;font:600 clamp(2rem,5vw,3.3rem)/1.1 var(--serif);letter-spacing:-.015em;text-wrap:balance}
.lead{max-width:44rem;margin:0 0 2.2rem;color:var(--soft);font-size:1.12rem}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 3.2rem;margin:0 0 1.2rem}
.figure{display:flex;flex-direction:column}
.figure dd{margin:0;font:600 3.4rem/1 var(--serif);font-variant-numeric:tabular-nums}
.figure dt{order:1;margin-top:.3rem;font-size:.9rem;font-weight:600}
.figure.yes{color:var(--yes)}.figure.partial{color:var(--partial)}.figure.no{color:var(--no)}.figure.skipped{color:var(--skipped)}
.bar{display:flex;gap:3px;height:.6rem}.bar span{border-radius:3px}
.bar .yes{background:var(--yes)}.bar .partial{background:var(--partial)}.bar .no{background:var(--no)}.bar .skipped{background:var(--skipped)}
.toolbar{display:flex;flex-wrap:wrap;align-items:center;gap:.8rem;margin:1rem 0 1.4rem;color:var(--soft);font-size:.92rem}
.toolbar[hidden]{display:none}.toolbar>div{display:flex;gap:.3rem}
button{padding:.3rem .8rem;border:1px solid var(--line);border-radius:99px;background:var(--card);color:var(--ink);font:inherit;cursor:pointer}
button[aria-pressed=true]{border-color:var(--ink);background:var(--ink);color:var(--paper)}
#expand{margin-left:auto}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:6px}
.columns,summary{display:grid;grid-template-columns:2.6rem minmax(0,1fr) 8.5rem 7.5rem;gap:0 1.2rem;align-items:baseline}
.columns{padding:0 1.3rem .5rem;color:var(--soft);font-size:.78rem;font-weight:600;letter-spacing:.05em;text-transform:uppercase}
.rows{margin:0;padding:0;list-style:none}
.row{margin-bottom:.55rem;border:1px solid var(--line);border-left:5px solid;border-radius:8px;background:var(--card)}
.row[hidden]{display:none}
.row.yes{border-left-color:var(--yes)}.row.partial{border-left-color:var(--partial)}.row.no{border-left-color:var(--no)}.row.skipped{border-left-color:var(--skipped)}
summary{padding:.95rem 1.2rem .95rem 1rem;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
.title::after{content:"";display:inline-block;width:.38em;height:.38em;margin:0 0 .18em .55em;border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(45deg)}
details[open] .title::after{margin-bottom:0;transform:rotate(-135deg)}
.number{color:var(--soft);font:600 1.25rem/1.2 var(--serif);font-variant-numeric:tabular-nums;text-align:right}
.title{display:block;font-weight:600;text-wrap:pretty}
.why{display:-webkit-box;overflow:hidden;color:var(--soft);font-size:.9rem;-webkit-box-orient:vertical;-webkit-line-clamp:2}
details[open] .why{display:block}
.label{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.badge{display:inline-block;padding:.12rem .65rem;border-radius:99px;font-size:.88rem;font-weight:650;white-space:nowrap}
.badge.yes{background:var(--yes-tint);color:var(--yes)}.badge.partial{background:var(--partial-tint);color:var(--partial)}
.badge.no{background:var(--no-tint);color:var(--no)}.badge.skipped{background:var(--skipped-tint);color:var(--skipped)}
.badge.plain{padding-left:0;color:var(--soft);font-weight:500}
.detail{padding:.2rem 1.2rem 1.3rem calc(1rem + 2.6rem + 1.2rem)}
.claim{max-width:46rem;margin:0 0 1rem;font:1.06rem/1.5 var(--serif);text-wrap:pretty}
.parts,.parts ul{margin:0;padding:0;list-style:none}
.part{display:grid;grid-template-columns:1.4rem minmax(0,1fr);padding:.45rem 0;border-top:1px solid var(--line)}
.part .mark{font-weight:700}.part .name{font-weight:550}
.part .outcome{color:var(--soft);font-size:.84rem}
.part.passed .mark{color:var(--yes)}.part.failed .mark,.part.failed .outcome,.part.refused .mark,.part.refused .outcome{color:var(--no)}
.part.unproven .mark,.part.unproven .outcome{color:var(--partial)}.part.skipped .mark{color:var(--skipped)}
.part ul{margin-top:.2rem;color:var(--soft);font:.8rem/1.5 var(--mono);overflow-wrap:anywhere}
.sources{margin:.9rem 0 0;color:var(--soft);font-size:.84rem}
footer{padding-top:1.5rem;padding-bottom:4rem;color:var(--soft);font-size:.88rem}footer p{max-width:46rem}
@media (max-width:44rem){.masthead{padding-top:2.5rem}.columns{display:none}
summary{grid-template-columns:2rem minmax(0,1fr) auto;gap:.2rem .8rem}.then{grid-column:2}.now{grid-column:3;grid-row:1}
.then .label{position:static;width:auto;height:auto;clip-path:none;color:var(--soft);font-size:.85rem}.detail{padding-left:1.2rem}
#expand{margin-left:0}}
@media (prefers-reduced-motion:no-preference){.row{transition:box-shadow .15s}.row:hover{box-shadow:0 2px 14px rgb(0 0 0/.08)}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--yes:#17703a;--yes-tint:#fff;--partial:#8a5a00;
--partial-tint:#fff;--no:#b3261e;--no-tint:#fff;--skipped:#555;--skipped-tint:#fff}
body{font-size:10pt}.masthead{padding-top:0}.toolbar,.skip,.title::after{display:none}.row,.part{break-inside:avoid}
.bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}.why{display:block}}
`;

/** Filters, opens all, and opens all for paper; the page reads the same without it, so its toolbar starts hidden. */
export const script = `
const rows=[...document.querySelectorAll('.row')],buttons=[...document.querySelectorAll('[data-only]')];
const expand=document.getElementById('expand'),all=()=>[...document.querySelectorAll('.row details')];
document.querySelector('.toolbar').hidden=false;
for(const button of buttons)button.addEventListener('click',()=>{
for(const other of buttons)other.setAttribute('aria-pressed',String(other===button));
for(const row of rows)row.hidden=button.dataset.only!==''&&row.dataset.verdict!==button.dataset.only});
expand.addEventListener('click',()=>{const open=expand.getAttribute('aria-expanded')!=='true';
for(const one of all())one.open=open;expand.setAttribute('aria-expanded',String(open));
expand.textContent=open?'Close all evidence':'Open all evidence'});
let before=[];
addEventListener('beforeprint',()=>{before=all().filter(one=>!one.open);for(const one of before)one.open=true});
addEventListener('afterprint',()=>{for(const one of before)one.open=false});
const named=location.hash&&document.querySelector(location.hash+' details');if(named)named.open=true;
`;
