package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// echo is a server that puts every secret which it is sent, or sends itself, into everything that it
// says: answers, errors, headers and notifications.
type echo struct {
	next http.Handler
	deny bool // refuse all credentials, by an answer that quotes them

	mu      sync.Mutex
	secrets map[string]bool
}

func (e *echo) learn(text string) {
	if len(text) < 5 || text == "voicespec" { // made up by a scenario: nobody's secret
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.secrets[text] = true
}

// said is everything that is secret in a request and its answer.
func (e *echo) said(r *http.Request, answer http.Header) string {
	user, password, _ := r.BasicAuth()
	all := []string{r.Header.Get("Authorization")}
	if user != "" {
		e.learn(password)
		e.learn(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
		all = append(all, password, user+":"+password, url.QueryEscape(password))
	}
	for _, c := range append(r.Cookies(), (&http.Response{Header: answer}).Cookies()...) {
		e.learn(c.Value)
		all = append(all, c.String())
	}
	for _, name := range []string{"X-CSRF-TOKEN", answer.Get("X-CSRF-HEADER"), r.Header.Get("X-Csrf-Header")} {
		for _, h := range []http.Header{r.Header, answer} {
			e.learn(h.Get(name))
			all = append(all, h.Get(name))
		}
	}
	return strings.Join(all, " ")
}

// ServeHTTP echoes.
func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		e.next.ServeHTTP(w, r)
		return
	}
	got := httptest.NewRecorder()
	if e.deny {
		got.Header().Set("Content-Type", "application/json")
		got.WriteHeader(http.StatusInternalServerError)
		_, _ = got.WriteString(`{"statusCode":20,"statusMessage":"no"}`)
	} else {
		e.next.ServeHTTP(got, r)
	}
	secret := e.said(r, got.Header())
	quoted, err := json.Marshal(secret)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	inside := quoted[1 : len(quoted)-1]
	body := got.Body.Bytes()
	body = bytes.ReplaceAll(body, []byte(`"data":{`), []byte(`"data":{"echo":"`+string(inside)+`",`))
	body = bytes.ReplaceAll(body, []byte(`"statusMessage":"`), []byte(`"statusMessage":"`+string(inside)+" "))
	body = bytes.ReplaceAll(body, []byte(`"error":"`), []byte(`"error":"`+string(inside)+" "))
	body = bytes.ReplaceAll(body, []byte(`"userData":{`), []byte(`"userData":{"echo":"`+string(inside)+`",`))
	if bytes.HasPrefix(body, []byte(`{"`)) {
		body = append([]byte(`{"echo":"`+string(inside)+`",`), body[1:]...)
	}
	header := got.Header()
	maps.Copy(w.Header(), header)
	w.Header().Del("Content-Length")
	w.Header().Set("WWW-Authenticate", "Basic realm="+string(inside))
	w.Header().Set("X-Echo", string(inside))
	if got.Code == http.StatusNotFound { // what is no JSON, too
		w.Header().Set("Content-Type", "text/html; echo="+url.QueryEscape(secret))
		body = []byte("<html>not found: " + secret + "</html>")
	}
	w.WriteHeader(got.Code)
	_, _ = w.Write(body)
}

// Secrets are in no output, even if the server puts them into everything that it says.
func TestSecretsAreInNoOutput(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, transport, passwords, variation string
		deny                                  bool
	}{
		{name: "long-polling", transport: "long-polling", passwords: "pass-%s-0001", variation: "csrf"},
		{name: "websocket", transport: "websocket", passwords: "pass-%s-0001", variation: "csrf"},
		{name: "odd passwords", transport: "auto", passwords: `%s "q" <ö>&\/%%+1`, variation: "errors-200"},
		{name: "no access", transport: "auto", passwords: "pass-%s-0001", deny: true},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			agents := reference.DefaultAgents(1)
			for i := range agents {
				agents[i].Password = fmt.Sprintf(tt.passwords, agents[i].User)
			}
			server, err := reference.New(reference.Options{Agents: agents, Variation: tt.variation})
			if err != nil {
				t.Fatal(err)
			}
			e := &echo{next: server.Handler(), deny: tt.deny, secrets: map[string]bool{}}
			listen := httptest.NewServer(e)
			t.Cleanup(func() {
				listen.CloseClientConnections()
				listen.Close()
				_ = server.Close()
			})
			c := newCommand(t, "run", "--transport", tt.transport, "--save", "run.ndjson", "--json", "r.json", "--junit", "j.xml", "--debug", "--gate", "recommended")
			c.Env = append(c.Env, "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY="+filepath.Join(c.Dir, "step.md"), "VOICESPEC_DEBUG=1")
			c.write(t, targetFile(listen.URL, "{connect: 20s, request: 20s, event: 5s, quiet: 100ms}", agents))
			switch code := c.call(t); {
			case code != result.ExitDoesNotConform && code != result.ExitConforms && !tt.deny:
				t.Fatalf("exit code %d\n%s", code, c.err.String())
			case code != result.ExitNotTested && tt.deny:
				t.Fatalf("exit code %d\n%s", code, c.err.String())
			}
			if err := os.Remove(filepath.Join(c.Dir, "voicespec.yaml")); err != nil {
				t.Fatal(err)
			}
			outputs := c.outputs(t)
			e.search(t, outputs)
			if len(outputs) < 8 || len(e.secrets) < 6 && !tt.deny {
				t.Errorf("%d outputs and %d secrets: the search looks at nothing", len(outputs), len(e.secrets))
			}
			for name, text := range outputs {
				if text == "" {
					t.Errorf("%s is empty", name)
				}
			}
			if !tt.deny && !strings.Contains(outputs["run.ndjson"], "[secret]") {
				t.Error("the server echoed nothing")
			}
		})
	}
}

// outputs are everything that the command wrote.
func (c *command) outputs(t *testing.T) map[string]string {
	t.Helper()
	outputs := map[string]string{"stdout": c.out.String(), "stderr": c.err.String()}
	err := filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		outputs[filepath.Base(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return outputs
}

// search looks through everything that the command wrote.
func (e *echo) search(t *testing.T, outputs map[string]string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	t.Logf("%d secrets, %d outputs", len(e.secrets), len(outputs))
	for name, text := range outputs {
		leaks := 0
		for secret := range e.secrets {
			for _, form := range append(forms(secret), encoded(secret)...) {
				if i := strings.Index(text, form); i >= 0 && leaks < 3 {
					leaks++
					t.Errorf("%s holds %q: …%s…", name, form, text[max(0, i-100):min(len(text), i+len(form)+60)])
				}
			}
		}
	}
}

// forms in which a secret may stand in an output.
func forms(secret string) []string {
	inJSON, _ := json.Marshal(secret) // a text can be encoded
	list := []string{secret, string(inJSON[1 : len(inJSON)-1]), url.QueryEscape(secret), url.PathEscape(secret)}
	html := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;").Replace(secret)
	return append(list, html)
}
