package html_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/report/html"
	"github.com/voicespec/voicespec/runner/report/internal/sample"
)

// browserTime is the deadline of one test in the browser: a cold start of Chromium on a
// loaded machine takes most of it.
const browserTime = 2 * time.Minute

// browser is a page in headless Chromium that keeps what should not happen.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp carries its page in a context

	mu       sync.Mutex
	problems []string
}

// visit writes the report to disk and opens it. Without Chromium the test is skipped,
// unless VOICESPEC_REQUIRE_CHROMIUM=1 says that there must be one.
func visit(t *testing.T, in evidence.Input) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	switch {
	case program != "":
	case os.Getenv("VOICESPEC_REQUIRE_CHROMIUM") == "1":
		t.Fatal("no chromium in PATH, and VOICESPEC_REQUIRE_CHROMIUM=1: apt-get install -y chromium")
	default:
		t.Skip("no chromium in PATH: the HTML report was not tried in a browser")
	}
	file := filepath.Join(t.TempDir(), "report #1.html")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := html.Write(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), browserTime)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1240, 1500),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
	)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	b.run(protocol(log.Enable, cdp.Empty{}), protocol(network.Enable, network.EnableParams{}))
	b.run(chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()), chromedp.WaitReady(css("body")))
	return b
}

// watch keeps errors, dialogs and requests to anywhere but the file itself.
func (b *browser) watch(ev any) {
	problem := ""
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		problem = "exception: " + ev.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		problem = "console: " + string(ev.Type)
	case *log.EventEntryAdded:
		problem = "log: " + ev.Entry.Text
	case *page.EventJavascriptDialogOpening:
		problem = "dialog: " + ev.Message
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") {
			problem = "request: " + u
		}
	}
	if problem != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.problems = append(b.problems, problem)
	}
}

// protocol is a command of the DevTools protocol as an action.
func protocol[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, c, params)
		return chromedp.Void{}, err
	}
}

func (b *browser) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval evaluates a JavaScript expression.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// view makes the window so large, and waits for the frame that shows it: only then has the script heard that it is narrow or wide now.
func (b *browser) view(width, height int64, media ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.run(append([]chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(width, height)}, media...)...)
	b.run(chromedp.Evaluate[chromedp.Void](`new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))`,
		chromedp.EvalAwaitPromise))
}

// quiet fails the test if anything happened that should not.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.t.Error(p)
	}
}

// picture keeps a screenshot in the folder that VOICESPEC_ARTIFACTS names. It comes last in
// a test: the browser's window has another size for a while, and clicks would miss.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("VOICESPEC_ARTIFACTS")
	if dir == "" {
		return
	}
	b.run(chromedp.Evaluate[chromedp.Void](`scrollTo(0, 0)`))
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// click scrolls an element to the middle, off the filters that stick to the top, and
// clicks once the browser has drawn it there, then waits for what the click shows.
func (b *browser) click(selector, shows string) {
	b.t.Helper()
	b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`new Promise(drawn => {
		document.querySelector(%q).scrollIntoView({block: "center"});
		requestAnimationFrame(() => requestAnimationFrame(drawn));
	})`, selector), chromedp.EvalAwaitPromise), chromedp.Click(css(selector)), chromedp.WaitVisible(css(shows)))
}

// css is a CSS selector.
type css = chromedp.CSS

const visibleChecks = `[...document.querySelectorAll("[data-o]")].filter(e => !e.closest("[hidden]")).length`

func TestFiltersWorkByKeyboard(t *testing.T) {
	b := visit(t, sample.Failing())
	if n := eval[int](b, visibleChecks); n != 10 {
		t.Fatalf("%d checks at first, want 10", n)
	}
	b.run(chromedp.SendKeys(css(`input[value="failed"]`), " "))
	if n := eval[int](b, visibleChecks); n != 6 {
		t.Errorf("%d checks without the failed ones, want 6", n)
	}
	b.run(chromedp.SendKeys(css(`input[value="failed"]`), " "), chromedp.SendKeys(css(`select[name="level"]`), kb.End)) // letters count as one word only when they come quickly
	if n := eval[int](b, visibleChecks); n != 1 {
		t.Errorf("%d checks of level recommended, want 1", n)
	}
	if got := eval[string](b, `document.querySelector("output").textContent`); got != "1 of 10 checks shown" {
		t.Errorf("status %q", got)
	}
	b.run(chromedp.SendKeys(css(`select[name="level"]`), kb.Home), chromedp.SendKeys(css(`input[type="search"]`), "CompleteTransfer is accepted"))
	if n := eval[int](b, visibleChecks); n != 1 {
		t.Errorf("%d checks whose rule holds the text, want 1", n)
	}
	b.run(chromedp.SendKeys(css(`input[type="search"]`), strings.Repeat(kb.Backspace, 40)), chromedp.SendKeys(css(`select[name="area"]`), "transfer"))
	if n := eval[int](b, visibleChecks); n != 10 {
		t.Errorf("%d checks of the only area, want all", n)
	}
	b.quiet()
}

func TestLadderOpensByKeyboardAndClick(t *testing.T) {
	b := visit(t, sample.Failing())
	gap := `#scenario-transfer\.sample-2 .gap`
	b.run(chromedp.Focus(css(gap)), chromedp.KeyEvent(kb.Enter))
	panel := func() string {
		return eval[string](b, `(document.querySelector(".panel") || {textContent: ""}).textContent`)
	}
	for _, want := range []string{"Nothing came here", "Documented: agent is notified: Held", `"Retrieve"`} {
		if !strings.Contains(panel(), want) {
			t.Errorf("%q is not in the panel of the gap: %s", want, panel())
		}
	}
	// Not by space: the DevTools protocol delivers it once more, as a character, and the page scrolls.
	b.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	if got := panel(); !strings.Contains(got, "Dialing") || strings.Contains(got, "Nothing came here") {
		t.Errorf("after arrow down and enter the panel shows %s", got)
	}
	b.run(chromedp.KeyEvent(kb.Escape))
	if got := panel(); got != "" {
		t.Errorf("after escape the panel shows %s", got)
	}
	b.click(`#scenario-transfer\.sample-1 .bad text[x]`, ".panel .b")
	marks := eval[[]string](b, `[...document.querySelectorAll(".panel .pane .b, .panel .pane .e, .panel .pane .d")].map(e => e.className + e.textContent.trim())`)
	if got := strings.Join(marks, " "); got != `b"capabilities": [ e"Retrieve"` {
		t.Errorf("marked lines: %s", got)
	}
	b.click(`#scenario-transfer\.sample-1 .o text[x]`, ".panel .curl")
	if got := panel(); !strings.Contains(got, `curl -i -u "$USER:$PASSWORD" -X POST`) {
		t.Errorf("no curl in the panel of a request: %s", got)
	}
	if got := eval[string](b, `document.querySelector("#scenario-transfer\\.sample-1 .bad").getAttribute("aria-label")`); got != "server to agent, 0.135 s, Held 011D…0105, 9 capabilities, breaks a rule" {
		t.Errorf("name of the offending line: %q", got)
	}
	b.click(gap, gap+"[aria-expanded=true]")
	b.picture("report-light.png")
	b.quiet()
}

// Whoever opens the page sees a cause with its evidence, and the message beside the documented one, without scrolling.
func TestTheFirstScreenShowsTheCause(t *testing.T) {
	b := visit(t, sample.Failing())
	b.view(1400, 1000)
	if y := eval[float64](b, `document.querySelector(".cause .observed").getBoundingClientRect().bottom`); y <= 0 || y > 1000 {
		t.Errorf("what was observed ends %v px down", y)
	}
	if y := eval[float64](b, `document.querySelector(".cause .gap, .cause .bad").getBoundingClientRect().bottom`); y <= 0 || y > 1000 {
		t.Errorf("the offending line is %v px down", y)
	}
	if n := eval[int](b, `document.querySelectorAll(".cause .beside .pane").length`); n == 0 {
		t.Error("no message beside the documented one")
	}
	b.click(".cause .ladder .o text[x]", ".cause .panel .curl")
	b.view(400, 800)
	if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 400 {
		t.Errorf("at 400 px the page is %d px wide: %s", wide, eval[string](b, tooWide))
	}
	b.quiet()
}

func TestLinksOpenWhatIsFolded(t *testing.T) {
	b := visit(t, sample.Clean(3, 2))
	b.run(chromedp.Evaluate[chromedp.Void](`location.hash = "#transfer.scenario-0~5"`), chromedp.WaitVisible(css(".panel")))
	if open := eval[int](b, `document.querySelectorAll(".scenario[open]").length`); open != 1 {
		t.Errorf("%d scenarios are open", open)
	}
	b.run(chromedp.Evaluate[chromedp.Void](`location.hash = "#hold.scenario-1.check-1"`), chromedp.WaitVisible(css(`#hold\.scenario-1\.check-1`)))
	b.quiet()
}

func TestDarkMode(t *testing.T) {
	b := visit(t, sample.Failing())
	background := `getComputedStyle(document.body).backgroundColor`
	light := eval[string](b, background)
	b.run(protocol(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}))
	if dark := eval[string](b, background); dark == light {
		t.Errorf("the background is %s in both schemes", dark)
	}
	b.click(`#scenario-transfer\.sample-1 .bad text[x]`, ".panel .b")
	b.picture("report-dark.png")
	b.quiet()
}

// payloads are what a target may try on the reader's browser.
var payloads = []string{
	`<script>window.pwned=1</script>`,
	`</script><script>window.pwned=1</script><!--<script>`,
	`"><img src=x onerror=window.pwned=1>`,
	`'><svg onload=window.pwned=1>`,
	`javascript:window.pwned=1`,
	"\u2028window.pwned=1//\u2029\x00\xff\u202e",
	`{{.}}${window.pwned=1}` + "`" + `</title></style></template>`,
	`__proto__`,
}

func TestHostilePayloadsAreInert(t *testing.T) {
	b := visit(t, sample.Hostile(strings.Join(payloads, " ")))
	for i, p := range payloads {
		if i == 0 {
			continue // all at once was visited first
		}
		file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.html", i))
		out, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := html.Write(out, sample.Hostile(p)); err != nil {
			t.Fatal(err)
		}
		_ = out.Close()
		b.inert()
		b.run(chromedp.Navigate("file://" + file))
	}
	b.inert()
	b.quiet()
}

// inert opens all that can be opened and looks for what a payload would leave.
func (b *browser) inert() {
	b.t.Helper()
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true);
		document.querySelectorAll(".m").forEach(g => { g.dispatchEvent(new MouseEvent("click", {bubbles: true})) });
		document.querySelectorAll("a[href]").length`))
	if eval[bool](b, `"pwned" in window`) {
		b.t.Error("a payload ran")
	}
	if n := eval[int](b, `document.querySelectorAll("img, iframe, object, embed, base, form[action], link:not([rel=icon]), svg [onload]").length`); n != 0 {
		b.t.Errorf("%d elements of a payload", n)
	}
	if n := eval[int](b, `document.querySelectorAll("script").length`); n != 2 {
		b.t.Errorf("%d scripts, want ours and the data", n)
	}
	if n := eval[int](b, `[...document.querySelectorAll("a")].filter(a => !a.getAttribute("href").startsWith("#")).length`); n != 0 {
		b.t.Errorf("%d links lead out of the page", n)
	}
	if text := eval[string](b, `document.documentElement.innerText`); strings.ContainsAny(text, "\x00\u2028\u202e") || strings.Contains(text, "secret") {
		b.t.Error("a hidden character or a credential is on the page")
	}
}
