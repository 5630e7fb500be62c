package engine_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// callIDs of the reference server.
var callIDs = regexp.MustCompile(`"id":"([0-9A-Z]{32})"`)

// renaming is a reference server whose calls have other ids: before and after are put around them.
func renaming(t *testing.T, before, after string) (asked func() []string, out *engine.Outcome, err error) {
	t.Helper()
	agents := reference.DefaultAgents(1)
	server, bad := reference.New(reference.Options{Agents: agents})
	if bad != nil {
		t.Fatal(bad)
	}
	next := server.Handler()
	var mu sync.Mutex
	var uris []string
	listen := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		uris = append(uris, r.RequestURI)
		mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		inJSON := func(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }
		body = bytes.ReplaceAll(bytes.ReplaceAll(body, []byte(inJSON(before)+"0"), []byte("0")), []byte(after+`"`), []byte(`"`))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		if _, id, ok := strings.Cut(r.URL.Path, "/me/calls/"); ok {
			r.URL.Path = "/api/v2/me/calls/" + strings.TrimSuffix(strings.TrimPrefix(id, before), after)
			r.URL.RawPath = ""
		}
		got := httptest.NewRecorder()
		next.ServeHTTP(got, r)
		maps.Copy(w.Header(), got.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(got.Code)
		_, _ = w.Write(callIDs.ReplaceAll(got.Body.Bytes(), []byte(`"id":"`+inJSON(before)+"$1"+after+`"`)))
	}))
	t.Cleanup(func() {
		listen.CloseClientConnections()
		listen.Close()
		_ = server.Close()
	})
	target := embedded.Target(listen.URL, agents)
	target.Budgets = impatient
	out, err = run(t, target, "calls.hold.*", "invariants")
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return uris
	}, out, err
}

// An id that is odd is escaped: whoever made it up is asked about just that.
func TestOddIDsAreEscaped(t *testing.T) {
	t.Parallel()
	asked, out, err := renaming(t, "a b;", "%")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out.Report.Checks {
		if strings.HasPrefix(c.ID, "calls.hold.") && strings.HasSuffix(c.ID, ".accepted") && c.Outcome != result.Passed {
			t.Errorf("%s: %s %s", c.ID, c.Outcome, c.Message)
		}
	}
	posted := 0
	for _, uri := range asked() {
		if id, ok := strings.CutPrefix(uri, "/api/v2/me/calls/"); ok {
			posted++
			if plain, err := url.PathUnescape(id); err != nil || !strings.HasPrefix(plain, "a b;0") || strings.Contains(id, ";") {
				t.Errorf("asked for %s", uri)
			}
		}
	}
	if posted == 0 || len(out.Report.LeftBehind) > 0 {
		t.Errorf("%d operations, left behind %v", posted, out.Report.LeftBehind)
	}
}

// An id that would make another path is told and asked about by nobody; the calls that stay are named.
func TestIDsMakeNoPaths(t *testing.T) {
	t.Parallel()
	for _, ids := range [][2]string{{"../../../admin/shutdown?x=", ""}, {"x#", ""}, {"", "/admin"}, {"admin\n", ""}, {`..\admin`, ""}} {
		asked, out, err := renaming(t, strings.ReplaceAll(ids[0], `\`, `\\`), ids[1])
		told(t, out, err)
		for _, uri := range asked() {
			if strings.Contains(uri, "admin") || strings.HasPrefix(uri, "/api/v2/me/calls/") {
				t.Errorf("%q: asked for %s", ids, uri)
			}
		}
		if len(out.Report.LeftBehind) == 0 {
			t.Errorf("%q: what is left is not named", ids)
		}
	}
}
