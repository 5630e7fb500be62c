package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/result"
)

// Every mistake in the call or the configuration: exit code 2, nothing on stdout, and this
// one line on stderr. {fault} stands for a fault that exists.
var badCalls = []struct{ args, want string }{
	{"", "no command is named; `voicespec run` tests the built-in reference server (see voicespec --help)"},
	{"frobnicate", "there is no command frobnicate (see voicespec --help)"},
	{"rum", `there is no command rum, did you mean "run"? (see voicespec --help)`},
	{"run x.y", "unexpected argument x.y; --run GLOB selects scenarios and checks (see voicespec run --help)"},
	{"run --sloow 3", `unknown flag --sloow, did you mean "--slow"? (see voicespec run --help)`},
	{"run --slow x", `--slow: "x" is no number (see voicespec run --help)`},
	{"run --slow 0", "--slow: a factor is more than 0 and at most 1000 (see voicespec run --help)"},
	{"run --timeout 10", `--timeout: "10" is no duration; write a number with a unit, such as 90s or 10m (see voicespec run --help)`},
	{"run --timeout=-1m", "--timeout: a limit is more than 0 (see voicespec run --help)"},
	{"run --share 3", `--share: "3" is no share; write the number of this one and of all, such as 1/3, or auto/3 (see voicespec run --help)`},
	{"run --share 0/3", `--share: "0/3" is no share; of N shares there are 1/N to N/N (see voicespec run --help)`},
	{"run --share auto/3", "--share auto/3: neither JOB_COMPLETION_INDEX nor CI_NODE_INDEX is set; write the number of this process, such as 1/3"},
	{"merge", "<results.json> is missing (see voicespec merge --help)"},
	{"merge none.json", "results none.json: there is no such file"},
	{"merge good.yaml", ""},
	{"trend", "<results.json> is missing (see voicespec trend --help)"},
	{"trend folder", "results folder is a folder; name a file in it"},
	{"run voicespec.yaml", "unexpected argument voicespec.yaml; --config FILE names the target file (see voicespec run --help)"},
	{"run --config found.json", "found.json holds results; voicespec compare, trend, merge, statement and known-failures write read them, as --baseline does"},
	{"run --config run.ndjson", "run.ndjson is a recording; voicespec verify judges it, and --json FILE keeps the results"},
	{"verify found.json", "found.json holds results; voicespec compare, trend, merge, statement and known-failures write read them, as --baseline does"},
	{"verify good.yaml", "good.yaml is a target file; name it with --config"},
	{"compare run.ndjson results.json", "run.ndjson is a recording; voicespec verify judges it, and --json FILE keeps the results"},
	{"merge good.yaml run.ndjson", "good.yaml is a target file; name it with --config"},
	{"trend report.html", "report.html is the report for a browser; results.json stands beside it"},
	{"run --baseline report.html", "report.html is the report for a browser; results.json stands beside it"},
	{"known-failures write junit.xml", "junit.xml is JUnit XML; results.json stands beside it"},
	{"config show", "there is no target file here; name one with --config FILE, or write one with `voicespec init`"},
	{"completion tcsh", `"tcsh" is unknown (did you mean "bash"?); it is one of bash, zsh, fish`},
	{"run --slow NaN", "--slow: a factor is more than 0 and at most 1000 (see voicespec run --help)"},
	{"run --slow -1", `--slow: a value is missing before "-1"; if that is meant to be the value, write --slow="-1" (see voicespec run --help)`},
	{"run --seed x", `--seed: "x" is no whole number (see voicespec run --help)`},
	{"run --seed", "--seed: a value is missing (see voicespec run --help)"},
	{"run --run", "--run: a value is missing (see voicespec run --help)"},
	{"run --debug=maybe", `--debug: "maybe" is neither true nor false (see voicespec run --help)`},
	{"run --transport websockets", `--transport: "websockets" is unknown (did you mean "websocket"?); it is one of auto, long-polling, websocket (see voicespec run --help)`},
	{"run --gate strict", `--gate: "strict" is unknown; it is one of required, recommended (see voicespec run --help)`},
	{"run --run nothing", `--run "nothing" matches no scenario and no check; voicespec list names them`},
	{"run --fault {fault}x", `there is no fault "{fault}x"; did you mean "{fault}"?`},
	{"run --fault zzzzzzzzzzzzzzzzzzzzzzzzzz", "there is no fault \"zzzzzzzzzzzzzzzzzzzzzzzzzz\"; `voicespec faults` lists them"},
	{"run --variation csrf+batchd", `there is no variation "batchd"; did you mean "batched"?`},
	{"run --variation csrf+", `--variation csrf+ has an empty name; several are written NAME+NAME`},
	{"run --variation short-polls+long-polls", `variation short-polls and variation long-polls cannot be combined, since both set pollTimeout; leave one of them out`},
	{"run --variation batchd", `there is no variation "batchd"; did you mean "batched"?`},
	{"run --target http://h", "--target needs a target file that names the users to test with; write one with `voicespec init`, or name yours with --config FILE"},
	{"run --target http://h --fault {fault}", "--fault changes the built-in reference server, which --target and --config replace; leave one of them out"},
	{"run --config good.yaml --variation batched", "--variation changes the built-in reference server, which --target and --config replace; leave one of them out"},
	{"run --config none.yaml", "none.yaml: there is no such file; `voicespec init none.yaml` writes an example to start from"},
	{"run --config folder", "folder: is a folder; name the target file in it, such as folder/voicespec.yaml"},
	{"run --config empty.yaml", "empty.yaml: is empty; `voicespec init` writes an example to start from"},
	{"run --config bad.yaml", "bad.yaml:1: the { of this mapping is never closed; add the } (line 1: `target: {`)"},
	{"run --config tabs.yaml", "tabs.yaml:2: the line is indented with a tab; YAML takes spaces only (line 2: `- agent:`)"},
	{"run --config two.yaml", "two.yaml:7: a second document begins (---), but a target file holds one; list further stations under stations: (line 7: `target: http://gws:8080`)"},
	{"run --config key.yaml", "key.yaml:1: the target file has no key \"tagret\"; did you mean \"target\"? (line 1: `tagret: ***`)"},
	{"run --config unset.yaml", "unset.yaml:1: target: the environment variable VOICESPEC_TEST_UNSET is not set; set it (export VOICESPEC_TEST_UNSET=…) before running voicespec (line 1: `target: ${VOICESPEC_TEST_UNSET}`)"},
	{"run --config url.yaml", "url.yaml:1: the target \"gws:8080\" does not begin with http:// or https://; write http://gws:8080 (line 1: `target: gws:8080`)"},
	{"run --config station.yaml", "station.yaml: no station is named; add one under stations: with an agent, a caller and a destination"},
	{"run --config good.yaml --target ftp://h", `--target: the target "ftp://h" begins with ftp://; only http:// and https:// can be tested`},
	{"run --report-dir good.yaml", "--report-dir good.yaml cannot be made (not a directory); name another folder"},
	{"run --report-dir good.yaml/x", "--report-dir good.yaml/x cannot be made (not a directory); name another folder"},
	{"run --json folder", "--json folder cannot be written (is a directory); name another file"},
	{"run --junit none/x.xml", "--junit none/x.xml cannot be written (no such file or directory); name another file"},
	{"run --save folder", "--save folder cannot be written (is a directory); name another file"},
	{"run --known-failures none.yaml", "--known-failures none.yaml: there is no such file"},
	{"run --known-failures good.yaml", ""},
	{"run --baseline none.json", "--baseline none.json: there is no such file"},
	{"run --baseline good.yaml", ""},
	{"verify", "<file> is missing (see voicespec verify --help)"},
	{"verify none.ndjson", "recording none.ndjson: there is no such file"},
	{"verify folder", "recording folder is a folder; name a file in it"},
	{"verify empty.yaml", "empty.yaml: the recording is empty: it holds no line with a kind"},
	{"verify good.yaml", ""},
	{"compare a", "<new.json> is missing (see voicespec compare --help)"},
	{"compare none.json good.yaml", "old results none.json: there is no such file"},
	{"compare --json --markdown a b", "--json and --markdown cannot be used together; leave one of them out (see voicespec compare --help)"},
	{"statement", "<results.json> is missing (see voicespec statement --help)"},
	{"statement none.json", "results none.json: there is no such file"},
	{"statement folder", "results folder is a folder; name a file in it"},
	{"statement good.yaml", ""},
	{"statement --results none.json", "--results belongs to --check; name the results without a flag: voicespec statement none.json"},
	{"statement --check a.md b.json", "--check writes nothing; name the results by --results FILE (see voicespec statement --help)"},
	{"statement --check none.md", "statement none.md: there is no such file"},
	{"statement --check good.yaml", "statement good.yaml: the results that it follows from are not beside it (results.json: no such file or directory); name them by --results FILE"},
	{"statement --check good.yaml --results none.json", "results none.json: there is no such file"},
	{"statement --check good.yaml --results good.yaml", "statement good.yaml, results good.yaml: is neither statement.json nor statement.md nor badge.svg; name one that voicespec statement wrote"},
	{"known-failures", `a command is missing, such as "write" (see voicespec known-failures --help)`},
	{"excuses write none.json", "the command excuses is called known-failures now: voicespec known-failures write (see voicespec --help)"},
	{"run --excuses good.yaml", "--excuses is called --known-failures now (see voicespec run --help)"},
	{"known-failures write none.json", "results none.json: there is no such file"},
	{"explain", "<id> is missing (see voicespec explain --help)"},
	{"explain TRANSFER-9", `nothing has the id "TRANSFER-9"; did you mean "TRANSFER-1"?`},
	{"explain zzzzzzzzzzzzzzzzzzzzzzz", "nothing has the id \"zzzzzzzzzzzzzzzzzzzzzzz\"; `voicespec list` names requirements, scenarios and checks, `voicespec faults` the faults"},
	{"init good.yaml", "good.yaml is already there; --force overwrites it"},
	{"init none/x.yaml", "none/x.yaml cannot be written (no such file or directory); name another file"},
	{"serve --addr x", `--addr: "x" is no HOST:PORT, such as 127.0.0.1:8080 (see voicespec serve --help)`},
	{"serve --addr 127.0.0.1:99999", "--addr: cannot listen at 127.0.0.1:99999 (invalid port); choose another, such as 127.0.0.1:0 for a free port"},
	{"serve --stations 0", "--stations: 0 is not between 1 and 10000 (see voicespec serve --help)"},
	{"serve --step-delay=-1s", "--step-delay: -1s is negative (see voicespec serve --help)"},
	{"serve --step-delay 5", `--step-delay: "5" is no duration; write a number with a unit, such as 20ms or 5s (see voicespec serve --help)`},
	{"serve --allow-host http://gws", `--allow-host: "http://gws" is no host name; write it as it stands in the URL, without scheme and port (see voicespec serve --help)`},
	{"serve --fault {fault}x", `there is no fault "{fault}x"; did you mean "{fault}"?`},
	{"faults {fault}x", `there is no fault "{fault}x"; did you mean "{fault}"?`},
	{"doctor --target http://h", "--target needs a target file that names the users to test with; write one with `voicespec init`, or name yours with --config FILE"},
}

func TestBadCalls(t *testing.T) {
	w := newWorld(t)
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"good.yaml": targetYAML, "empty.yaml": "", "bad.yaml": "target: {\n", "tabs.yaml": "stations:\n\t- agent:\n",
		"two.yaml": targetYAML + "---\n" + targetYAML, "key.yaml": "tagret: x\n", "unset.yaml": "target: ${VOICESPEC_TEST_UNSET}\n",
		"found.json": "{\n  \"version\": 1,\n  \"suite\": \"1.0.0\"\n}\n", "run.ndjson": `{"kind":"recording","header":{}}` + "\n{}\n",
		"report.html": "<title>voicespec: x</title>", "junit.xml": "<testsuites>",
		"url.yaml": strings.Replace(targetYAML, "http://", "", 1), "station.yaml": "target: http://h\n",
	} {
		write(t, name, text)
	}
	before := entries(t)
	for _, tt := range badCalls {
		args := strings.Fields(strings.ReplaceAll(tt.args, "{fault}", "answer-201"))
		got := w.call(args...)
		if got.code != result.ExitUsage {
			t.Errorf("voicespec %s: exit code %d, want 2; stderr %q", tt.args, got.code, got.stderr)
		}
		if got.stdout != "" {
			t.Errorf("voicespec %s: stdout %q", tt.args, got.stdout)
		}
		lines := strings.Split(strings.TrimRight(got.stderr, "\n"), "\n")
		if len(lines) != 1 {
			t.Errorf("voicespec %s: %d lines on stderr: %q", tt.args, len(lines), got.stderr)
		}
		want := "voicespec: " + strings.ReplaceAll(tt.want, "{fault}", "answer-201")
		if tt.want != "" && lines[0] != want {
			t.Errorf("voicespec %s:\n got %s\nwant %s", tt.args, lines[0], want)
		}
	}
	if err := os.RemoveAll("voicespec-report"); err != nil { // of the calls whose reports were in order
		t.Fatal(err)
	}
	if after := entries(t); after != before {
		t.Errorf("bad calls leave files behind: %s, before %s", after, before)
	}
}

func entries(t *testing.T) string {
	t.Helper()
	list, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestHelp(t *testing.T) {
	w := newWorld(t)
	got := w.call("--help")
	if got.code != 0 || !strings.Contains(got.stdout, "voicespec run ") || !strings.Contains(got.stdout, "voicespec init ") || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	if other := w.call("help"); other != got {
		t.Errorf("voicespec help: %+v", other)
	}
	if got := w.call("run", "--help"); got.code != 0 || !strings.Contains(got.stdout, "--label-filter=EXPR") {
		t.Errorf("%+v", got)
	}
	if got := w.call("help", "serve"); got.code != 0 || !strings.Contains(got.stdout, "--step-delay=D") {
		t.Errorf("%+v", got)
	}
	if got := w.call("licences"); got.code != 0 || !strings.Contains(got.stdout, "* github.com/alecthomas/kong ") {
		t.Errorf("licences: %d, %.200q", got.code, got.stdout)
	}
	if got, other := w.call("version"), w.call("--version"); got != other || !strings.HasPrefix(got.stdout, "voicespec ") {
		t.Errorf("%+v and %+v", got, other)
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\n b\t c":                     "a b c",
		"\x1b[1m\x1b[38;5;9mbad\x1b[0m": "bad",
		"\x1b]0;title\x07":              "?]0;title?",
		"für …":                         "für …",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", text, got, want)
		}
	}
}
