package runner_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
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

// in tells whether a package is one of the places, or below one.
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

// TestImports holds what docs/architecture.md says about who may import whom.
func TestImports(t *testing.T) {
	all := packages(t)
	for name, p := range all {
		deps := ours(p.Deps)
		forbid := func(what string, list []string, forbidden func(string) bool) {
			for _, d := range list {
				if forbidden(d) {
					t.Errorf("%s %s %s", name, what, d)
				}
			}
		}
		if !in(name, "runner/bayeux", "runner/reference") {
			forbid("speaks WebSocket by", p.Imports, func(d string) bool { return d == "github.com/gorilla/websocket" })
		}
		switch {
		case in(name, "runner/reference"):
			forbid("shares code with the client side:", deps, func(d string) bool { return !in(d, "runner/reference") })
		case in(name, "schemas", "fixtures"):
			forbid("is data and needs", deps, func(string) bool { return true })
		case in(name, "runner/voice"):
			forbid("reads what a recording says, but needs", deps, func(d string) bool { return d != "runner/recording" })
		case in(name, "runner/recording", "runner/result", "runner/judge", "runner/page", "runner/requirement"):
			forbid("judges and does not dial, but imports", p.Imports, network)
			for _, d := range deps {
				forbid("judges and does not dial, but by "+d+" imports", all[d].Imports, network)
			}
		case in(name, "runner/bayeux", "runner/voiceapi"):
			forbid("is a client of its own, but needs", deps, func(string) bool { return true })
		case in(name, "runner/report"):
			forbid("prints, but needs", deps, func(d string) bool {
				return !in(d, "runner/report", "runner/result", "runner/recording", "runner/voice", "runner/requirement", "fixtures")
			})
		case in(name, "suites"):
			forbid("plays and judges by", ours(p.Imports), func(d string) bool {
				return !in(d, "suites", "fixtures", "runner/scenario", "runner/play", "runner/judge", "runner/voice", "runner/recording", "runner/page", "runner/requirement", "runner/result", "runner/voiceapi")
			})
		}
		if !in(name, "runner/reference", "runner/embedded", "runner/cli", "runner/matrix", "runner/docimages") {
			forbid("must not know which server it tests, but imports", ours(p.Imports), func(d string) bool { return in(d, "runner/reference") })
		}
		if !in(name, "runner/play", "runner/bayeux", "runner/voiceapi", "suites") {
			forbid("touches the target by", ours(p.Imports), func(d string) bool { return in(d, "runner/bayeux", "runner/voiceapi") })
		}
	}
	for _, name := range []string{"runner/reference", "runner/judge", "runner/recording", "schemas", "fixtures", "suites/documented"} {
		if _, there := all[name]; !there {
			t.Errorf("go list does not name %s: this test looks at the wrong packages", name)
		}
	}
}

func network(name string) bool { return name == "net" || name == "net/http" || name == "os/exec" }

// TestSuitesDoNotDial: a suite may describe a request, in the words of voiceapi and net/http, and has nothing
// else from them.
func TestSuitesDoNotDial(t *testing.T) {
	words := map[string][]string{
		"voiceapi": {"Request", "Credentials", "Exchange"},
		"http":     {"Method", "Status", "Header"}, // names that begin so
	}
	err := filepath.WalkDir(filepath.Join(root(t), "suites"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && words[x.Name] != nil &&
				!slices.ContainsFunc(words[x.Name], func(w string) bool { return strings.HasPrefix(s.Sel.Name, w) }) {
				t.Errorf("%s uses %s.%s", filepath.Base(path), x.Name, s.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
