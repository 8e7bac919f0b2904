"""The style shared by all pages: head, cards, tables, panel, and corrections of Streamlit's."""

from __future__ import annotations

import streamlit as st


def themed(option: str) -> str:
    """A colour of the theme, in CSS."""
    light, dark = (st.get_option(f"theme.{side}.{option}") for side in ("light", "dark"))
    return f"light-dark({light}, {dark})"


STYLE = (
    f"<style>.stApp {{ --vs-card:{themed('secondaryBackgroundColor')}; "
    f"--vs-ground:{themed('backgroundColor')}; }}</style>"
    + """
<style>
.vs-head { display:flex; align-items:baseline; gap:.9rem; flex-wrap:wrap; margin:0 0 .1rem; }
.vs-head h1 { font-size:1.55rem; font-weight:650; margin:0; padding:0; letter-spacing:-.01em; }
.vs-head p { margin:0; opacity:.72; font-size:.95rem; }
/* What the page shows of whose data stays in sight, below the navigation. */
[data-testid="stLayoutWrapper"]:has(> .st-key-context) { position:sticky; top:3.75rem; z-index:40;
  margin:-1.35rem 0 -.35rem;
  background:color-mix(in srgb, var(--vs-ground) 90%, transparent); backdrop-filter:blur(10px);
  border-bottom:1px solid color-mix(in srgb, currentColor 13%, transparent); }
.st-key-context { min-height:2.1rem; padding:.1rem 0; }
.st-key-context [data-testid="stPageLink"] a { padding:.1rem .35rem; margin-left:-.35rem;
  width:max-content; }
.st-key-context [data-testid="stPageLink"] :is(p, span) { font-weight:700; overflow:visible; }
.vs-context { margin:0; font-size:.9rem; line-height:1.35; overflow-wrap:anywhere; }
.vs-context div { display:inline-block; max-width:100%; }
.vs-context span { opacity:.75; }
.vs-context b { font-weight:600; }
.vs-context i { opacity:.5; font-style:normal; margin:0 .3rem; }
@media (max-width: 640px) { .st-key-context > div:has(.vs-context) { order:1; flex-basis:100%; } }
.st-key-context [data-testid="stPopover"] button { min-height:1.75rem; padding:0 .6rem; }
.vs-stage { font-size:.74rem; text-transform:uppercase; letter-spacing:.09em; font-weight:650;
  opacity:.85; display:flex; gap:.5rem; align-items:center; margin-top:.35rem; }
.vs-stage span { border:1px solid currentColor; border-radius:50%; width:1.25rem; height:1.25rem;
  display:inline-flex; align-items:center; justify-content:center; font-size:.7rem; }
.vs-stage::after { content:""; flex:1; border-top:1px solid currentColor; opacity:.25; }
.vs-answer { font-size:1.12rem; line-height:1.4; margin:.1rem 0 .2rem; }
.vs-caption { font-size:.88rem; opacity:.8; line-height:1.45; margin:.1rem 0 .4rem; }
.vs-chain { position:relative; display:flex; flex-wrap:wrap; gap:.35rem; margin:.2rem 0 .6rem; }
.vs-chain > div { flex:1 1 7.2rem;
  border:1px solid color-mix(in srgb, currentColor 22%, transparent);
  border-radius:.45rem; padding:.4rem .6rem; min-width:0; }
.vs-chain b { display:block; font-size:1.12rem; font-weight:600;
  font-variant-numeric:tabular-nums; }
.vs-chain small { opacity:.75; font-size:.76rem; display:block; }
/* What a number means: below its card while it is pointed at, tapped or reached by key. */
.vs-chain i { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%);
  font-style:normal; font-size:.8rem; line-height:1.4; }
.vs-chain > div:is(:hover, :focus) i { width:auto; height:auto; clip-path:none; z-index:30; left:0;
  right:0; margin-top:.6rem; padding:.4rem .6rem; border-radius:.45rem; pointer-events:none;
  border:1px solid color-mix(in srgb, currentColor 22%, transparent);
  background:var(--vs-card); box-shadow:0 2px 10px rgb(0 0 0 / .18); }
.vs-lines { width:100%; border-collapse:collapse; font-size:.9rem; table-layout:fixed; }
.vs-lines td { padding:.28rem .3rem; vertical-align:top; overflow-wrap:anywhere;
  border-bottom:1px solid color-mix(in srgb, currentColor 12%, transparent); }
.vs-lines td:first-child { width:22%; opacity:.65; font-size:.8rem; }
.vs-lines mark { background:color-mix(in srgb, #E69F00 38%, transparent); color:inherit;
  border-radius:.2rem; padding:0 .15rem; font-weight:600; }
.vs-lines mark.other { background:color-mix(in srgb, #56B4E9 40%, transparent); }
.vs-text { margin-top:-.6rem; }
.vs-titled { font-size:.9rem; line-height:1.35; overflow-wrap:anywhere; }
.vs-titled b { display:block; font-weight:600; }
.vs-titled span { display:-webkit-box; -webkit-box-orient:vertical; -webkit-line-clamp:2;
  overflow:hidden; opacity:.8; font-size:.84rem; }
.vs-facts { width:100%; border-collapse:collapse; font-size:.92rem; margin:.2rem 0 .8rem; }
.vs-facts th { text-align:left; font-weight:600; font-size:.8rem; opacity:.85; padding:.3rem; }
.vs-facts td { padding:.3rem; font-variant-numeric:tabular-nums; overflow-wrap:anywhere;
  border-top:1px solid color-mix(in srgb, currentColor 14%, transparent); }
.vs-facts td:first-child { opacity:.75; width:46%; }
.st-key-needed td:first-child { width:72%; }
/* The controls stay beside the picture, and scroll by themselves where they are long. */
@media (min-width: 900px) {
  [data-testid="stColumn"]:has(> div > .st-key-panel), [data-testid="stColumn"]:has(.st-key-panel) {
    position:sticky; top:6.4rem; align-self:flex-start; max-height:calc(100vh - 6.9rem);
    overflow-y:auto; overflow-x:hidden; scrollbar-width:thin; padding-right:.35rem; } }
/* Work in progress beside a picture floats over the page instead of moving it. */
[class*="st-key-floating-"] { position:fixed; z-index:50; bottom:1rem; left:50%;
  transform:translateX(-50%); width:min(34rem, 92vw); padding:.55rem .9rem;
  background:color-mix(in srgb, Canvas 92%, CanvasText 8%); border-radius:.5rem;
  box-shadow:0 2px 14px rgb(0 0 0 / .28); }
[class*="st-key-floating-"] ~ [class*="st-key-floating-"],
:has(> [class*="st-key-floating-"]) ~ * > [class*="st-key-floating-"] { bottom:6rem; }
/* Streamlit's own captions, chosen buttons and highlighted code fall short of 4.5:1 here. */
button:is([aria-checked="true"], [aria-pressed="true"]) p {
  color:color-mix(in srgb, currentColor 55%, CanvasText); }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {
  color:inherit; opacity:.9; }
[data-testid="stCode"] .token { color:inherit; }
[data-testid="stCode"] .token.keyword { color:color-mix(in srgb, #0072B2 60%, currentColor); }
[data-testid="stCode"] .token.string { color:color-mix(in srgb, #009E73 45%, currentColor); }
[data-testid="stCode"] .token:is(.number, .boolean) {
  color:color-mix(in srgb, #D55E00 50%, currentColor); }
.stMarkdown h2 { font-size:.95rem; font-weight:600; line-height:1.2; letter-spacing:normal;
  padding:.35rem 0 .8rem; }
.stMarkdown .katex-display { padding:.2rem 0; overflow:visible; }
@media (max-width: 640px) { .stMarkdown .katex-display { overflow-x:auto; overflow-y:hidden; } }
[class*="st-key-presets-"] { gap:0 .9rem; }
[class*="st-key-presets-"] button { min-height:1.7rem; padding:0; }
/* On a phone the slider stays in sight while one scrolls through what it moves. */
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-rank) { position:sticky; top:5.8rem; z-index:20;
    background:color-mix(in srgb, Canvas 78%, transparent); backdrop-filter:blur(14px); } }
@media (max-width: 640px) {
  [data-testid="stButtonGroup"] :is([role="radiogroup"], [role="toolbar"]) { flex-wrap:wrap; } }
@media (max-width: 640px) {
  .katex-display > .katex { font-size:.92rem; white-space:normal; } }
[data-testid="InputInstructions"] { display:none; }
@media (max-width: 640px) { .vs-lines td:first-child { width:30%; } }
</style>
"""
)
