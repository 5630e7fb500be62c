package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

var update = flag.Bool("update", false, "write docs/commands.md instead of comparing it")

func TestDocsAreUpToDate(t *testing.T) {
	const path = "../../docs/commands.md"
	want, err := Markdown()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("docs/commands.md is out of date (%v); run go generate ./runner/cli", err)
	}
}

// Every flag says what it means, and which default it has if it has one.
func TestEveryFlagIsExplained(t *testing.T) {
	parser, err := newParser(&Program{})
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		for _, f := range leaf.Flags {
			if f.Name == "help" {
				continue
			}
			if !strings.HasSuffix(f.Help, ".") {
				t.Errorf("%s --%s: %q is no sentence", leaf.Path(), f.Name, f.Help)
			}
			if f.HasDefault && !strings.Contains(f.Help, "Default: "+f.Default) {
				t.Errorf("%s --%s: the default %s is not named: %q", leaf.Path(), f.Name, f.Default, f.Help)
			}
		}
	}
}

func TestInitDoctorRun(t *testing.T) {
	w := newWorld(t)
	if got := w.call("init"); got.code != 0 || !strings.Contains(got.stdout, "wrote voicespec.yaml") {
		t.Fatalf("%+v", got)
	}
	if read(t, "voicespec.yaml") != config.Example() {
		t.Error("init does not write the example")
	}
	if info, err := os.Stat("voicespec.yaml"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file for passwords: %v, %v", info.Mode(), err)
	}
	if got := w.call("doctor"); got.code != 2 || !strings.Contains(got.stderr, "AGENT_PASSWORD is not set") {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"AGENT_PASSWORD", "CALLER_PASSWORD", "DEST_PASSWORD"} {
		t.Setenv(name, "hush-hush")
	}
	w.engine.doctor = []engine.Finding{{Name: "connect", OK: true, Detail: "HTTP 200"}, {Name: "authenticate", Detail: "HTTP 403", Remedy: "set AGENT_PASSWORD"}}
	got := w.call("doctor")
	if got.code != 3 || !strings.Contains(got.stdout, "ok    connect") || !strings.Contains(got.stdout, "FAIL  authenticate") || !strings.Contains(got.stdout, "set AGENT_PASSWORD") {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got.stdout+got.stderr, "hush-hush") {
		t.Errorf("shows a password: %+v", got)
	}
	w.engine.doctor = w.engine.doctor[:1]
	if got := w.call("doctor"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if got := w.call("run"); got.code != 0 || strings.Contains(got.stdout+got.stderr, "hush-hush") {
		t.Errorf("%+v", got)
	}
	if got := w.call("init", "--force", "other.yaml"); got.code != 0 || !strings.Contains(got.stdout, "voicespec run --config other.yaml") {
		t.Errorf("%+v", got)
	}
}

func TestListAndExplain(t *testing.T) {
	w := newWorld(t)
	var list struct {
		Scenarios    []engine.ScenarioInfo
		Requirements []struct{ ID, Rule string }
	}
	got := w.call("list", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &list); err != nil || len(list.Scenarios) != 1 || len(list.Requirements) != 2 {
		t.Errorf("%v: %+v", err, got)
	}
	got = w.call("list", "--json", "--run", "transfer.*")
	if err := json.Unmarshal([]byte(got.stdout), &list); err != nil || len(list.Requirements) != 1 || w.engine.asked.Globs[0] != "transfer.*" {
		t.Errorf("%v: %+v", err, got)
	}
	if got := w.call("list"); got.code != 0 || !strings.Contains(got.stdout, "1 scenarios, 1 checks, 2 requirements") {
		t.Errorf("%+v", got)
	}
	for id, want := range map[string][]string{
		"transfer-1":             {"requirement TRANSFER-1", "the original call is Held", "InitiateTransfer, samples 1 and 2", "documented", "transfer.sample-2.held", "required"},
		"OTHER-1":                {"untested", "nobody can see it"},
		"transfer.sample-2":      {"scenario transfer.sample-2", "voicespec run --run transfer.sample-2"},
		"transfer.sample-2.held": {"check transfer.sample-2.held", "requirement TRANSFER-1", "samples 1 and 2"},
		"talk-not-asked":         {"fault talk-not-asked", "voicespec run --fault talk-not-asked"},
		"answer-201":             {"fault answer-201", "voicespec run --fault answer-201"},
	} {
		got := w.call("explain", id)
		for _, part := range want {
			if got.code != 0 || !strings.Contains(got.stdout, part) {
				t.Errorf("explain %s lacks %q: %+v", id, part, got)
			}
		}
	}
}

func TestFaultsAndVariations(t *testing.T) {
	w := newWorld(t)
	var faults []struct{ Name, Requirement, Description string }
	got := w.call("faults", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &faults); err != nil || len(faults) != len(reference.Faults())+len(reference.TelephoneFaults()) || faults[0].Name == "" || faults[0].Requirement == "" {
		t.Errorf("%v: %+v", err, got)
	}
	if got := w.call("faults", "talk-not-asked"); got.code != 0 || !strings.Contains(got.stdout, "PHONE-1") {
		t.Errorf("a fault of the telephones: %+v", got)
	}
	for _, args := range [][]string{{"faults", "--matrix", "talk-not-asked"}, {"serve", "--fault", "talk-not-asked"}} {
		if got := w.call(args...); got.code != 2 || !strings.Contains(got.stderr, "telephones") {
			t.Errorf("%v: %+v", args, got)
		}
	}
	var variations []struct{ Name, Description string }
	got = w.call("variations", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &variations); err != nil || len(variations) != len(reference.Variations()) {
		t.Errorf("%v: %+v", err, got)
	}
	if got := w.call("variations"); !strings.Contains(got.stdout, "batched") {
		t.Errorf("%+v", got)
	}
}

// The matrix tells which faults the suite does not notice.
func TestMatrix(t *testing.T) {
	w := newWorld(t)
	row := matrix.Row{Trips: []string{"TRANSFER-1"}, Checks: 1}
	w.Matrix = func(_ context.Context, faults []reference.Fault, done func(matrix.Row)) ([]matrix.Row, error) {
		row.Name, row.Requirement = faults[0].Name, faults[0].Requirement
		done(row)
		return []matrix.Row{row}, nil
	}
	got := w.call("faults", "--matrix", "answer-201")
	if got.code != 1 || !strings.Contains(got.stdout, "0 of 1 faults found") || !strings.Contains(got.stderr, "[1/1] answer-201") {
		t.Errorf("a fault that nobody notices: %+v", got)
	}
	row.Killed = true
	got = w.call("faults", "--matrix", "--json", "answer-201")
	if got.code != 0 || !strings.Contains(got.stdout, `"TRANSFER-1"`) || !strings.Contains(got.stdout, `"killed": true`) {
		t.Errorf("a fault that is found: %+v", got)
	}
}

// A server that asks for certificates says where they are, and takes them away at its end.
func TestServeWithCertificates(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	w := newWorld(t)
	signals := make(chan os.Signal, 1)
	w.Signals = signals
	ended, late := make(chan call), time.After(10*time.Second)
	go func() {
		code := w.Main([]string{"serve", "--addr", "127.0.0.1:0", "--variation", "mutual-tls"})
		ended <- call{code, w.out.String(), w.err.String()}
	}()
	for more := w.err.next(); !strings.Contains(w.err.String(), "stations:"); more = w.err.next() {
		select {
		case <-more:
		case <-late:
			t.Fatal("it does not write a target file")
		}
	}
	target, err := config.Parse([]byte(w.err.String()), "stderr", os.LookupEnv, config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(target.TLS.Cert, target.TLS.Key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(target.TLS.CA)
	if err != nil {
		t.Fatal(err)
	}
	authority := x509.NewCertPool()
	authority.AppendCertsFromPEM(raw)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, RootCAs: authority}}}
	answer, err := client.Get(target.URL + "/api/v2/diagnostics/version")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	client.CloseIdleConnections()
	signals <- syscall.SIGTERM
	if got := <-ended; got.code != 0 {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(target.TLS.Key); err == nil {
		t.Error("the key is left")
	}
}

func TestServe(t *testing.T) {
	w := newWorld(t)
	signals := make(chan os.Signal, 1)
	w.Signals = signals
	listening, ended := w.out.next(), make(chan call)
	go func() {
		code := w.Main([]string{"serve", "--addr", "127.0.0.1:0", "--stations", "2", "--step-delay", "1ms"})
		ended <- call{code, w.out.String(), w.err.String()}
	}()
	select {
	case <-listening:
	case <-time.After(10 * time.Second):
		t.Fatal("it does not begin to listen")
	}
	line := w.out.String()
	address, found := strings.CutPrefix(line, "listening on ")
	if !found {
		t.Fatalf("the first line is %q", line)
	}
	answer, err := (&http.Client{}).Get(strings.TrimSpace(address) + "/api/v2/me")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	signals <- syscall.SIGTERM
	got := <-ended
	if got.code != 0 {
		t.Errorf("%+v", got)
	}
	// What is printed on stderr is a target file.
	target, err := config.Parse([]byte(got.stderr), "stderr", os.LookupEnv, config.Overrides{})
	if err != nil || len(target.Stations) != 2 || target.URL != strings.TrimSpace(address) {
		t.Errorf("%v, %v", target, err)
	}
}
