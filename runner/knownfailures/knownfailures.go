// Package knownfailures keeps a vendor's known failures: a YAML file that says which checks
// fail for a reason that is known, and until when that is accepted. A known failure is not a
// skip: the check is judged, and the run fails as soon as its entry no longer fits (the
// check passes, the date is over, the failure reads differently, no such check exists), so
// that the list cannot rot. The file belongs to the vendor, not to the suite.
//
//   - check: transfer.sample-2.held      # an id, or a glob as in path.Match
//     reason: our switch puts the call on hold without an event
//     link: https://tracker.example/77   # optional
//     expires: 2026-06-30                # optional, the last day on which it holds
//     fragment: none; 2 messages         # optional, must be part of the failure's message
//     sometimes: true                    # optional, the deviation shows in some runs only
//
// It imports the result types only.
package knownfailures

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/voicespec/voicespec/runner/file"
)

// dateForm is how expires is written.
const dateForm = "2006-01-02"

// Entry is one known failure.
type Entry struct {
	Check     string `yaml:"check"`               // check id, or a glob of path.Match
	Reason    string `yaml:"reason"`              // why this is accepted; reports print it
	Link      string `yaml:"link,omitempty"`      // ticket
	Expires   string `yaml:"expires,omitempty"`   // last day on which it holds, 2026-06-30
	Fragment  string `yaml:"fragment,omitempty"`  // part of the failure's message
	Sometimes bool   `yaml:"sometimes,omitempty"` // it shows in some runs only: that its checks pass says nothing

	line int
}

// matches reports whether the entry speaks of a check.
func (e Entry) matches(id string) bool {
	ok, err := path.Match(e.Check, id)
	return e.Check == id || err == nil && ok
}

// text is what reports print beside a known failure.
func (e Entry) text() string {
	if e.Link == "" {
		return e.Reason
	}
	return e.Reason + " (" + e.Link + ")"
}

// expired reports whether the last day is over, in UTC: a list must not depend on where CI runs.
func (e Entry) expired(now time.Time) bool {
	if e.Expires == "" {
		return false
	}
	day, err := time.Parse(dateForm, e.Expires)
	return err == nil && !now.UTC().Before(day.AddDate(0, 0, 1))
}

// List is a file of known failures.
type List struct {
	File    string // named in problems
	Entries []Entry
}

// maxFile is far more than a list of all checks has.
const maxFile = 16 << 20

// ReadFile reads a list by its file name.
func ReadFile(name string) (*List, error) {
	data, err := file.Read(name, maxFile)
	if err != nil {
		return nil, fmt.Errorf("read known failures: %w", err)
	}
	return Parse(name, data)
}

// Parse reads a list. Every error names the line and what to do about it; a file without
// an entry is a valid, empty list.
func Parse(name string, data []byte) (*List, error) {
	list := &List{File: name}
	if err := decode(data, &list.Entries); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read known failures %s: %s\n"+
			"an entry has check, reason and, if need be, link, expires, fragment, sometimes; entries form a list (- check: …)",
			name, yaml.FormatError(err, false, true))
	}
	lines := entryLines(data)
	seen := map[[2]string]int{}
	for i := range list.Entries {
		e := &list.Entries[i]
		if i < len(lines) {
			e.line = lines[i]
		}
		if err := e.valid(); err != nil {
			return nil, fmt.Errorf("read known failures %s, line %d: %w", name, e.line, err)
		}
		key := [2]string{e.Check, e.Fragment}
		if first, twice := seen[key]; twice {
			return nil, fmt.Errorf("read known failures %s, line %d: %s already stands in line %d; keep one of the two", name, e.line, e.Check, first)
		}
		seen[key] = e.line
	}
	return list, nil
}

// decode reads YAML, of which some that is wrong makes the library panic.
func decode(data []byte, to any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("this YAML cannot be read")
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(to)
}

func (e *Entry) valid() error {
	if strings.TrimSpace(e.Check) == "" {
		return errors.New("check is missing; name the id of a check, as voicespec list prints it, or a glob")
	}
	if _, err := path.Match(e.Check, ""); err != nil {
		return fmt.Errorf("check %q is no valid glob; * and ? stand for any characters, [ab] for one of them", e.Check)
	}
	if strings.TrimSpace(e.Reason) == "" {
		return fmt.Errorf("%s has no reason; say why the deviation is accepted", e.Check)
	}
	if _, err := time.Parse(dateForm, e.Expires); e.Expires != "" && err != nil {
		return fmt.Errorf("%s: expires is %q; write the date as 2026-06-30", e.Check, e.Expires)
	}
	if u, err := url.Parse(e.Link); e.Link != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%s: link is %q; write an http or https address", e.Check, e.Link)
	}
	return nil
}

// entryLines finds the line of every entry, for problems that show up long after reading.
func entryLines(data []byte) (lines []int) {
	defer func() {
		if recover() != nil {
			lines = nil
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 {
		return nil
	}
	list, ok := file.Docs[0].Body.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	lines = make([]int, len(list.Values))
	for i, v := range list.Values {
		lines[i] = v.GetToken().Position.Line
	}
	return lines
}
