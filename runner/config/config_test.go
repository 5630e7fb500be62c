package config_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/config"
)

var update = flag.Bool("update", false, "write docs/target-file.md instead of comparing it")

// nobodysSecret stands in every place of the tests that holds a password.
const nobodysSecret = "s3cr3t-Zq"

const people = `stations:
  - agent: {user: a, password: s3cr3t-Zq, number: "1"}
    caller: {user: c, password: s3cr3t-Zq, number: "2"}
    destination: {number: "3"}
`

const valid = "target: http://gws:8080\n" + people

func environment(name string) (string, bool) {
	values := map[string]string{"SECRET": nobodysSecret, "EMPTY": "", "HOST": "gws", "NESTED": "${SECRET}", "TLS": "true"}
	v, ok := values[name]
	return v, ok
}

func parse(text string) (*config.Target, error) {
	return config.Parse([]byte(text), "t.yaml", environment, config.Overrides{})
}

func TestParse(t *testing.T) {
	got, err := parse(`
target: https://${HOST}:8443/prefix/
transport: websocket
notifications: /events/
stations:
  - agent: {user: a, password: "${SECRET}", number: 05005, device: d1}
    caller:
      user: c
      password: '$${SECRET} and ${NESTED}'
      number: +1_555
    destination: {number: 0x10}
features: []
budgets: {event: 2m}
tls: {insecure: "${TLS}"}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Target{
		URL: "https://gws:8443/prefix", Transport: "websocket", Notifications: "/events",
		Stations: []config.Station{{
			Agent:       config.Party{User: "a", Password: nobodysSecret, Number: "05005", Device: "d1"},
			Caller:      config.Party{User: "c", Password: "${SECRET} and ${SECRET}", Number: "+1_555"},
			Destination: config.Party{Number: "0x10"},
		}},
		Features:  []string{},
		Location:  "voicespec",
		Passwords: "tried",
		Budgets:   config.Budgets{Connect: 10 * time.Second, Request: 30 * time.Second, Event: 2 * time.Minute, Quiet: time.Second},
		Auth:      config.Auth{Kind: "basic"},
		TLS:       config.TLS{Insecure: true},
		File:      "t.yaml",
	}
	// Differences are compared as plain values: printing a Target hides what differs.
	type plain config.Party
	if diff := cmp.Diff(want, *got, cmp.Transformer("plain", func(p config.Party) plain { return plain(p) })); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestURLs(t *testing.T) {
	for raw, want := range map[string]string{
		"http://h":                     "http://h",
		"HTTP://Host:80/":              "http://Host:80",
		"https://[::1]:8443/a/b//":     "https://[::1]:8443/a/b",
		"http://h/api/v2":              "http://h",
		"http://h/gws/api/v2/":         "http://h/gws",
		"  http://h/with%20space/x ":   "http://h/with%20space/x",
		"http://h/api/v2/me":           "http://h/api/v2/me",
		"http://my_host.example:65535": "http://my_host.example:65535",
	} {
		tgt, err := config.Parse([]byte(people), "t.yaml", environment, config.Overrides{URL: raw})
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if tgt.URL != want {
			t.Errorf("%s became %s, want %s", raw, tgt.URL, want)
		}
		if cut := strings.Contains(raw, "/api/v2") && !strings.HasSuffix(raw, "/me"); cut != (len(tgt.Notes) == 1) {
			t.Errorf("%s: notes %q", raw, tgt.Notes)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range errorTable {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.text)
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if strings.Contains(err.Error(), nobodysSecret) {
				t.Errorf("the error shows a password: %s", err)
			}
		})
	}
}

// A line that errors show must never hold a password, however broken the line is.
func TestErrorsShowNoPassword(t *testing.T) {
	lines := []string{
		`agent: {user: a, pasword: %s, number: "1"}`,
		`agent: {user: a, password: %s`,
		`agent: {user: a, password: "%s`,
		`agent: {user: a, password: "x, user: %s", number: "1", nmber: 2}`,
		`agent: {user: a, password: 'x'', user: %s', number: "1", nmber: 2}`,
		`agent: {user: a, password: "x\", user: %s", number: "1", nmber: 2}`,
		`agent: {"pass": %s}`,
		`agent: {password %s}`,
		`agent: {password: {nested: %s}}`,
		`agent: {password: [%s, {]}`,
		`agent: %s: x: y`,
		`agent: {user: a, password: x, %s}`,
		`agent: {user: a, password: &anchor %s}`,
		`agent: {user: a, password: *%s}`,
		`agent: {user: a, password: !tag %s, oops: 1}`,
		`agent: {user: a, password: "${UNSET_%s}"}`[:0] + `agent: {user: a, password: "${OOPS}%s"}`,
		`agent: {user: a, password: "${%s"}`,
		`agent: {user: a, number: "1" password: %s}`,
		`agent: {user: a, number: "1 password: %s}`,
		`agent: {user: a} # %s`,
	}
	for _, line := range lines {
		text := "target: http://h\nstations:\n  - " + fmt.Sprintf(line, nobodysSecret) + "\n"
		_, err := parse(text)
		if err == nil {
			t.Errorf("no error for %s", line)
		} else if strings.Contains(err.Error(), nobodysSecret) {
			t.Errorf("%s\nshows the password: %v", line, err)
		}
	}
	for _, u := range []string{"http://u:%s@h", "u:%s@h", "http://h?token=%s", "http://u:%s@h:99999/%%zz", "http://h/#%s"} {
		_, err := config.Parse([]byte(people), "t.yaml", environment, config.Overrides{URL: fmt.Sprintf(u, nobodysSecret)})
		if err == nil || strings.Contains(err.Error(), nobodysSecret) {
			t.Errorf("%s: %v", u, err)
		}
		_, err = parse("target: " + fmt.Sprintf(u, nobodysSecret) + "\n" + people)
		if err == nil || strings.Contains(err.Error(), nobodysSecret) {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestPrintingShowsNoPassword(t *testing.T) {
	tgt, err := parse(valid)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(tgt)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(asJSON), tgt.String(), tgt.GoString(), tgt.Stations[0].Agent.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		texts = append(texts, fmt.Sprintf(verb, tgt), fmt.Sprintf(verb, *tgt), fmt.Sprintf(verb, tgt.Stations),
			fmt.Sprintf(verb, tgt.Stations[0]), fmt.Sprintf(verb, tgt.Stations[0].Agent), fmt.Sprintf(verb, &tgt.Stations[0].Agent))
	}
	for _, text := range texts {
		if strings.Contains(text, nobodysSecret) || strings.Contains(text, fmt.Sprintf("%x", nobodysSecret)) {
			t.Errorf("shows a password: %s", text)
		}
	}
}

func TestOverrides(t *testing.T) {
	tgt, err := config.Parse([]byte("target: nonsense\ntransport: auto\n"+people), "t.yaml", environment,
		config.Overrides{URL: "http://other", Transport: "websocket"})
	if err != nil {
		t.Fatal(err)
	}
	if tgt.URL != "http://other" || tgt.Transport != "websocket" {
		t.Errorf("got %s", tgt)
	}
	_, err = config.Parse([]byte(valid), "t.yaml", environment, config.Overrides{URL: "gws:80"})
	if want := `--target: the target "gws:80" does not begin with http:// or https://; write http://gws:80`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file("empty.pem", "nothing")
	for _, tt := range []struct{ path, want string }{
		{filepath.Join(dir, "none.yaml"), "there is no such file; `voicespec init"},
		{dir, "is a folder; name the target file in it"},
		{file("ca.yaml", valid+"tls: {ca: none.pem}"), "tls.ca: " + filepath.Join(dir, "none.pem") + " cannot be read"},
		{file("pem.yaml", valid+"tls: {ca: empty.pem}"), "holds no certificate"},
		{file("large.yaml", valid+strings.Repeat("# larger\n", 200_000)), "is larger than 1 MiB"},
	} {
		if _, err := config.Load(tt.path, config.Overrides{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.path, err, tt.want)
		}
	}
	tgt, err := config.Load(file("good.yaml", "\xef\xbb\xbf"+strings.ReplaceAll(valid, "\n", "\r\n")), config.Overrides{})
	if err != nil || tgt.Stations[0].Destination.Number != "3" {
		t.Errorf("BOM and CRLF: %v, %v", tgt, err)
	}
}

// The examples that people start from must work.
func TestExamples(t *testing.T) {
	always := func(string) (string, bool) { return "x", true }
	paths, err := filepath.Glob("../../fixtures/targets/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	texts := map[string][]byte{"Example()": []byte(config.Example())}
	for _, p := range paths {
		if texts[p], err = os.ReadFile(p); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range texts {
		if _, err := config.Parse(text, name, always, config.Overrides{}); err != nil {
			t.Error(err)
		}
	}
	if string(texts["../../fixtures/targets/example.yaml"]) != config.Example() {
		t.Error("fixtures/targets/example.yaml differs from what `voicespec init` writes; copy runner/config/example.yaml there")
	}
	// What the example keeps in comments must work too once the # is gone.
	uncommented := strings.NewReplacer("  # - agent", "  - agent", "  #   caller", "    caller", "  #   dest", "    dest",
		"# features", "features", "# budgets", "budgets", "# tls", "tls").Replace(config.Example())
	tgt, err := config.Parse([]byte(uncommented), "example", always, config.Overrides{})
	if err != nil || len(tgt.Stations) != 2 || len(tgt.Features) != 3 || tgt.TLS.CA == "" {
		t.Errorf("the commented parts of the example: %v, %v", tgt, err)
	}
}

func TestDocsAreUpToDate(t *testing.T) {
	const path = "../../docs/target-file.md"
	if *update {
		if err := os.WriteFile(path, []byte(config.Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != config.Markdown() {
		t.Errorf("docs/target-file.md is out of date (%v); run go generate ./runner/config", err)
	}
}

// FuzzTarget: no input panics, errors are one line, and what is accepted is still accepted
// and the same when it is written out and read again.
func FuzzTarget(f *testing.F) {
	f.Add(valid)
	f.Add(config.Example())
	for _, tt := range errorTable {
		f.Add(tt.text)
	}
	always := func(name string) (string, bool) { return "v-" + name, true }
	f.Fuzz(func(t *testing.T, text string) {
		tgt, err := config.Parse([]byte(text), "t.yaml", always, config.Overrides{})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("the error takes more than one line: %q", err)
			}
			return
		}
		if err := tgt.Validate(); err != nil {
			t.Fatalf("valid once but not twice: %v", err)
		}
		written, err := yaml.MarshalWithOptions(tgt, yaml.JSON())
		if err != nil {
			t.Fatal(err)
		}
		again, err := config.Parse([]byte(strings.ReplaceAll(string(written), "${", "$${")), "t.yaml", always, config.Overrides{})
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		again.Notes, tgt.Notes = nil, nil
		if fmt.Sprint(*again) != fmt.Sprint(*tgt) {
			t.Errorf("written and read again it differs:\n%v\n%v", tgt, again)
		}
	})
}
