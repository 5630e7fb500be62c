package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/voicespec/voicespec/runner/result"
)

// stale are the reports of an earlier run that stand where this one writes its own. They are removed before anything is
// played, and where nothing is: whoever finds a report there takes it for that of the last run.
type stale struct {
	reportFlags
	dir      string
	baseline string // is kept: it is named as the result of an earlier run
}

func (s stale) remove() {
	if s.dir != "" {
		for _, name := range reportNames {
			s.removeFile(filepath.Join(s.dir, name))
		}
	}
	s.removeFile(s.JSON)
	s.removeFile(s.JUnit)
}

// unlessWritten removes them where a command ended before it wrote its own.
func (s stale) unlessWritten(err error) error {
	if code, _ := verdict(err); code == result.ExitUsage {
		s.remove()
	}
	return err
}

func (s stale) removeFile(path string) {
	info, err := os.Stat(path)
	if path == "" || err != nil || !info.Mode().IsRegular() || !isReport(path) {
		return
	}
	if base, err := os.Stat(s.baseline); err == nil && os.SameFile(info, base) {
		return
	}
	_ = os.Remove(path) // what cannot be removed cannot be written either, and that is told
}

// isReport reports whether a file is one of ours, by its beginning: a mistyped flag must not cost another file.
func isReport(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	const far = 4 << 10
	head, err := io.ReadAll(io.LimitReader(f, far))
	if err != nil {
		return false
	}
	for _, sign := range []string{`"suite": `, `package="github.com/voicespec/voicespec/suites"`, "## voicespec", "<title>voicespec"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}

// staleOf reads off a command line that cannot be understood what it would have written.
func staleOf(args []string) stale {
	var s stale
	if len(args) == 0 || args[0] != "run" && args[0] != "verify" {
		return s
	}
	if args[0] == "run" {
		s.dir = defaultReportDir
	}
	values := map[string]*string{"--report-dir": &s.dir, "--json": &s.JSON, "--junit": &s.JUnit, "--baseline": &s.baseline}
	for i, arg := range args[1:] {
		name, value, joined := strings.Cut(arg, "=")
		to := values[name]
		switch {
		case to == nil:
		case joined:
			*to = value
		case i+2 < len(args):
			*to = args[i+2]
		}
	}
	return s
}
