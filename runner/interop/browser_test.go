package interop_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// desktop serves a page with cometd.js beside the API of a server, on one host.
func desktop(t *testing.T, server string) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	mux.Handle("/page/cometd/", http.StripPrefix("/page/cometd/", http.FileServer(http.Dir("node_modules/cometd"))))
	mux.HandleFunc("/page/browser.mjs", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		http.ServeFile(w, r, "browser.mjs")
	})
	mux.HandleFunc("/page/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, `<!DOCTYPE html><title>desktop</title><link rel="icon" href="data:,"><script type="module" src="browser.mjs"></script>`)
	})
	front := httptest.NewServer(mux)
	t.Cleanup(front.Close)
	return front.URL
}

// chromium opens a page in headless Chromium. Without Chromium the test is skipped, unless VOICESPEC_REQUIRE_CHROMIUM=1 says that there must be one.
func chromium(t *testing.T, page string) context.Context {
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
		t.Skip("no chromium in PATH: no browser was tried")
	}
	ctx, cancel := context.WithTimeout(t.Context(), budget)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
	)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// A page in Chromium walks the transfer through a watch, which passes the page on as it does the API. It finds nothing wrong with a correct
// server, and what is wrong with another.
func TestBrowserThroughWatch(t *testing.T) {
	needNode(t)
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	const right, wrong = "Ringing, Established, Held, Dialing, Released, Released", "Ringing, Established, Dialing, Held, Released, Released"
	for _, c := range []struct {
		name, transport string
		serve           []string
		states          string
		code            int
		finding         string
	}{
		{"long-polling", "long-polling", nil, right, 0, "conforms in part"},
		{"websocket", "websocket", nil, right, 0, "conforms in part"},
		{"a fault over long-polling", "long-polling", []string{"--fault", "held-after-dialing"}, wrong, 1, "TRANSFER-3 (required)"},
		{"a fault over websocket", "websocket", []string{"--fault", "held-after-dialing"}, wrong, 1, "TRANSFER-3 (required)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			watch := start(t, binary, "watch", "--listen", "127.0.0.1:0", "--target", desktop(t, serve(t, c.serve...)), "--require", "InitiateTransfer,CompleteTransfer")
			page := chromium(t, watch.expect("listening on ")+"/page/")
			got, err := chromedp.Run(page, chromedp.Evaluate[string](`walk("`+c.transport+`")`, chromedp.EvalAwaitPromise))
			if err != nil || got != c.states {
				t.Errorf("the page was notified of %q: %v\nwant %q", got, err, c.states)
			}
			if err := watch.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if said := strings.Join(watch.ends(c.code), "\n"); !strings.Contains(said, c.finding) {
				t.Errorf("the watch does not say %q:\n%s", c.finding, said)
			}
		})
	}
}
