package html_test

import (
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/voicespec/voicespec/runner/report/internal/sample"
)

// unreadable are the names of lifelines and the texts of arrows, of every ladder that is open, that do not lie within their box, are
// too small, lie on one another, or have the colour of what is behind them.
const unreadable = `[...document.querySelectorAll(".ladder")].filter(l => l.clientWidth > 0).flatMap(ladder => {
	const box = ladder.getBoundingClientRect(), out = [], names = [...ladder.querySelectorAll(".heads text:not(.no)")];
	const behind = getComputedStyle(document.body).backgroundColor;
	let right = -1;
	for (const t of [...names, ...ladder.querySelectorAll(".m text")]) {
		const r = t.getBoundingClientRect(), what = t.textContent + " at " + Math.round(r.left) + "-" + Math.round(r.right);
		if (t.textContent === "") continue;
		if (r.left < box.left || r.right > box.right + 1) out.push(what + " is outside of its ladder, " + Math.round(box.left) + "-" + Math.round(box.right));
		if (r.height < 8) out.push(what + " is " + r.height + " px high");
		if (getComputedStyle(t).fill === behind) out.push(what + " has the colour of its background");
		if (!names.includes(t)) continue;
		if (r.left <= right) out.push(what + " lies on the name beside it");
		right = r.right;
	}
	if (names.length < 2) out.push("no lifeline has a name");
	return out;
})`

// unboxed are the tables that make the page wider, instead of scrolling in a box of their own.
const unboxed = `[...document.querySelectorAll("table")].filter(t => t.getClientRects().length > 0).flatMap(t => {
	const box = t.closest(".wide");
	if (!box) return [t.className + ": no box"];
	const r = box.getBoundingClientRect();
	return r.right > innerWidth || !["auto", "scroll"].includes(getComputedStyle(box).overflowX) ? [t.className + " ends at " + r.right] : [];
})`

// On a screen of any width, light or dark, and on paper, every lifeline has its name and every arrow its text.
func TestLaddersAndTablesOnAnyScreen(t *testing.T) {
	b := visit(t, sample.Failing())
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
	texts := func() []string {
		return eval[[]string](b, `[...document.querySelectorAll(".ladder text")].map(t => t.textContent)`)
	}
	whole := texts()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1400, 640, 400, 1400} {
			b.view(width, 900, protocol(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Media: "screen", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			}))
			for _, wrong := range eval[[]string](b, unreadable) {
				if width != 640 { // there a ladder scrolls in its box
					t.Errorf("%s, %d px: %s", scheme, width, wrong)
				}
			}
			for _, wrong := range eval[[]string](b, unboxed) {
				t.Errorf("%s, %d px: %s", scheme, width, wrong)
			}
			if n := eval[int](b, `document.querySelectorAll(".latency").length`); n != 1 {
				t.Errorf("%d tables of latencies", n)
			}
		}
		if !slices.Equal(texts(), whole) {
			t.Errorf("%s: a text stays cut on a wide screen", scheme)
		}
	}
	b.view(400, 900)
	b.view(720, 1020, protocol(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	for _, wrong := range eval[[]string](b, unreadable) {
		t.Errorf("on paper: %s", wrong)
	}
	b.quiet()
}
