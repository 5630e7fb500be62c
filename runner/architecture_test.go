package runner_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/voicespec/voicespec/"

// pkg is what go list says of one package.
type pkg struct {
	ImportPath string
	Imports    []string // its own
	Deps       []string // all that it needs, itself excepted
}

// packages are the packages of the module by their path below it, tests left out.
func packages(t *testing.T) map[string]pkg {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	command.Dir = root(t)
	out, err := command.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %s", exit.Stderr)
		}
		t.Fatal(err)
	}
	all := map[string]pkg{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read what go list prints: %v", err)
		}
		all[strings.TrimPrefix(p.ImportPath, module)] = p
	}
}

// in reports whether a package is one of the places, or below one.
func in(name string, places ...string) bool {
	return slices.ContainsFunc(places, func(p string) bool { return name == p || strings.HasPrefix(name, p+"/") })
}

// ours are those of a list that belong to the module, by their path below it.
func ours(list []string) []string {
	var out []string
	for _, p := range list {
		if name, ok := strings.CutPrefix(p, module); ok {
			out = append(out, name)
		}
	}
	return out
}

// rule is a sentence of docs/architecture.md about who may import whom.
type rule struct {
	says   string
	whom   func(name string) bool                   // packages that it is about
	looks  func(all map[string]pkg, p pkg) []string // at which of their imports
	breaks func(imported string) bool
	broken pkg // an example of what breaks it
}

func among(places ...string) func(string) bool {
	return func(name string) bool { return in(name, places...) }
}

func but(places ...string) func(string) bool {
	return func(name string) bool { return !in(name, places...) }
}

func anything(string) bool { return true }

// What a rule looks at: all that a package imports itself; of the module, what it imports itself and all that it needs; and
// the packages outside of the module that it or anything of the module that it needs imports.
func imports(_ map[string]pkg, p pkg) []string    { return p.Imports }
func ourImports(_ map[string]pkg, p pkg) []string { return ours(p.Imports) }
func ourDeps(_ map[string]pkg, p pkg) []string    { return ours(p.Deps) }

func allImports(all map[string]pkg, p pkg) []string {
	out := slices.Clone(p.Imports)
	for _, d := range ours(p.Deps) {
		out = append(out, all[d].Imports...)
	}
	return out
}

func network(name string) bool { return name == "net" || name == "net/http" || name == "os/exec" }

// area is a package below suites: scenarios. The package suites itself runs them.
func area(name string) bool { return strings.HasPrefix(name, "suites/") }

const websocket, sipgo = "github.com/gorilla/websocket", "github.com/emiago/sipgo"

var rules = []rule{
	{
		"only runner/bayeux and runner/reference know WebSocket",
		but("runner/bayeux", "runner/reference"), imports, func(d string) bool { return d == websocket },
		pkg{ImportPath: module + "runner/play", Imports: []string{websocket}},
	},
	{
		"only runner/phone knows the SIP library",
		but("runner/phone"), imports, func(d string) bool { return in(d, sipgo) },
		pkg{ImportPath: module + "runner/reference/sip", Imports: []string{sipgo + "/sip"}},
	},
	{
		"a telephone knows no API, and only who plays has one",
		but("runner/play", "runner/phone"), ourImports, among("runner/phone"),
		pkg{ImportPath: module + "runner/engine", Imports: []string{module + "runner/phone"}},
	},
	{
		"a telephone is one by itself",
		among("runner/phone"), ourDeps, anything,
		pkg{ImportPath: module + "runner/phone", Deps: []string{module + "runner/recording"}},
	},
	{
		"runner/reference shares no code with the client side",
		among("runner/reference"), ourDeps, but("runner/reference"),
		pkg{ImportPath: module + "runner/reference", Deps: []string{module + "runner/recording"}},
	},
	{
		"who tests a server does not know which",
		but("runner/reference", "runner/embedded", "runner/cli", "runner/matrix", "runner/docimages", "suites"), ourImports, among("runner/reference", "runner/embedded"),
		pkg{ImportPath: module + "runner/engine", Imports: []string{module + "runner/embedded"}},
	},
	{
		"schemas and fixtures are data",
		among("schemas", "fixtures"), ourDeps, anything,
		pkg{ImportPath: module + "fixtures", Deps: []string{module + "runner/recording"}},
	},
	{
		"what judges does not dial",
		among("runner/recording", "runner/result", "runner/judge", "runner/page", "runner/voice", "runner/requirement", "runner/episode", "runner/foreign", "runner/others"), allImports, network,
		pkg{ImportPath: module + "runner/judge", Deps: []string{module + "runner/dialling"}},
	},
	{
		"runner/bayeux and runner/voiceapi are clients of their own",
		among("runner/bayeux", "runner/voiceapi"), ourDeps, but("runner/wire", "runner/jsontext"),
		pkg{ImportPath: module + "runner/voiceapi", Deps: []string{module + "runner/recording"}},
	},
	{
		"what looks at bytes knows nothing of what they say",
		among("runner/wire", "runner/jsontext"), ourDeps, but("runner/jsontext"),
		pkg{ImportPath: module + "runner/wire", Deps: []string{module + "runner/recording"}},
	},
	{
		"only runner/play touches the target",
		but("runner/play", "runner/bayeux", "runner/voiceapi"), ourImports, among("runner/bayeux", "runner/voiceapi"),
		pkg{ImportPath: module + "suites/calls", Imports: []string{module + "runner/voiceapi"}},
	},
	{
		"reports know data",
		among("runner/report"), ourDeps, but("runner/report", "runner/result", "runner/recording", "runner/jsontext", "runner/voice", "runner/requirement", "fixtures"),
		pkg{ImportPath: module + "runner/report/html", Deps: []string{module + "runner/play"}},
	},
	{
		"runner/voice needs recordings alone",
		among("runner/voice"), ourDeps, but("runner/recording", "runner/jsontext"),
		pkg{ImportPath: module + "runner/voice", Deps: []string{module + "runner/page"}},
	},
	{
		"runner/page knows words and data",
		among("runner/page"), ourImports, but("runner/voice", "runner/recording", "runner/requirement", "fixtures"),
		pkg{ImportPath: module + "runner/page", Imports: []string{module + "runner/judge"}},
	},
	{
		"who plays does not judge",
		among("runner/play", "runner/explore"), ourDeps, among("runner/judge", "runner/outcome", "runner/spec", "runner/result"),
		pkg{ImportPath: module + "runner/play", Deps: []string{module + "runner/judge"}},
	},
	{
		"runner/spec knows neither who plays nor what becomes of a failure",
		among("runner/spec"), ourDeps, among("runner/engine", "runner/report", "runner/cli", "suites"),
		pkg{ImportPath: module + "runner/spec", Deps: []string{module + "runner/report"}},
	},
	{
		"only scenarios, their words, and what runs them and reports know Ginkgo",
		but("suites", "runner/spec", "runner/engine", "runner/report"), imports, func(d string) bool { return in(d, "github.com/onsi/ginkgo/v2", "github.com/onsi/gomega") },
		pkg{ImportPath: module + "runner/judge", Imports: []string{"github.com/onsi/gomega/types"}},
	},
	{
		"scenarios know the words of specs and what these stand on",
		area, ourImports,
		but("suites/internal", "fixtures", "runner/spec", "runner/play", "runner/judge", "runner/voice", "runner/recording", "runner/page",
			"runner/requirement", "runner/result"),
		pkg{ImportPath: module + "suites/calls", Imports: []string{module + "runner/config"}},
	},
	{
		"areas do not know each other",
		area, ourImports, func(d string) bool { return in(d, "suites") && !in(d, "suites/internal") },
		pkg{ImportPath: module + "suites/calls", Imports: []string{module + "suites/transfer"}},
	},
	{
		"what is judged stands in matchers: few scenarios look at runner/judge",
		func(name string) bool {
			return area(name) && !in(name, "suites/pages", "suites/invariants", "suites/notifications", "suites/states", "suites/internal")
		},
		ourImports, among("runner/judge"),
		pkg{ImportPath: module + "suites/calls", Imports: []string{module + "runner/judge"}},
	},
	{
		"what others import does not need the command line",
		among("suites", "runner/load", "runner/spec", "runner/play", "runner/voice", "runner/recording", "runner/config"), ourDeps,
		among("runner/cli", "runner/voicespec", "runner/matrix", "runner/compare", "runner/trend", "runner/merge", "runner/knownfailures"),
		pkg{ImportPath: module + "suites", Deps: []string{module + "runner/matrix"}},
	},
	{
		"scenarios do not dial",
		area, imports, network,
		pkg{ImportPath: module + "suites/calls", Imports: []string{"net/http"}},
	},
}

// against lists what breaks a rule.
func (r rule) against(all map[string]pkg, p pkg) []string {
	if !r.whom(strings.TrimPrefix(p.ImportPath, module)) {
		return nil
	}
	var out []string
	for _, d := range r.looks(all, p) {
		if r.breaks(d) {
			out = append(out, d)
		}
	}
	return out
}

// TestImports holds what docs/architecture.md says about who may import whom.
func TestImports(t *testing.T) {
	all := packages(t)
	for _, r := range rules {
		about := 0
		for name, p := range all {
			if r.whom(name) {
				about++
			}
			for _, d := range r.against(all, p) {
				t.Errorf("%s: %s imports or needs %s", r.says, name, d)
			}
		}
		if about == 0 {
			t.Errorf("%s: there is no package that this is about", r.says)
		}
	}
}

// Each rule finds what breaks it: one that cannot fail holds nothing.
func TestImportRulesCanFail(t *testing.T) {
	dialling := pkg{ImportPath: module + "runner/dialling", Imports: []string{"net/http"}}
	for _, r := range rules {
		name := strings.TrimPrefix(r.broken.ImportPath, module)
		all := map[string]pkg{name: r.broken, "runner/dialling": dialling}
		if len(r.against(all, r.broken)) == 0 {
			t.Errorf("%s: nothing is said against %+v", r.says, r.broken)
		}
		if harmless := (pkg{ImportPath: r.broken.ImportPath, Imports: []string{"strings"}, Deps: []string{"strings"}}); len(r.against(all, harmless)) > 0 {
			t.Errorf("%s: %s may not import strings", r.says, name)
		}
	}
}
