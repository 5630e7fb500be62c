package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/voicespec/voicespec/runner/file"
)

// maxFile is far above any real target file: a thousand stations take 200 KiB.
const maxFile = 1 << 20

// maxDepth is how deep brackets may nest. The format needs three; a parser that calls
// itself needs a limit.
const maxDepth = 50

// Overrides are what the command line says in place of the file; zero values leave it.
type Overrides struct{ URL, Transport string }

// Load reads and checks a target file. Variables are looked up in the environment.
func Load(path string, o Overrides) (*Target, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	t, err := Parse(data, path, os.LookupEnv, o)
	if err != nil {
		return nil, err
	}
	for _, named := range []*string{&t.TLS.CA, &t.TLS.Cert, &t.TLS.Key, &t.Lease} {
		if *named != "" && !filepath.IsAbs(*named) {
			*named = filepath.Join(filepath.Dir(path), *named)
		}
	}
	if _, err := t.TLS.Config(); err != nil {
		return nil, &Problem{File: path, Text: err.Error()}
	}
	return t, nil
}

func read(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, &Problem{File: path, Text: "is a folder; name the target file in it, such as " + filepath.Join(path, DefaultFile)}
	}
	f, err := file.Open(path)
	if err != nil {
		return nil, fileProblem(path, err)
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fileProblem(path, err)
	}
	return data, nil
}

func fileProblem(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Problem{File: path, Text: "there is no such file; `voicespec init " + path + "` writes an example to start from"}
	case errors.Is(err, fs.ErrPermission):
		return &Problem{File: path, Text: "may not be read; give yourself read permission (chmod u+r)"}
	}
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return &Problem{File: path, Text: fmt.Sprintf("cannot be read (%v); name another file with --config", err)}
}

// Parse reads a target file's content; file is its name in errors. On success the target
// is complete and valid.
func Parse(data []byte, file string, lookup func(string) (string, bool), o Overrides) (*Target, error) {
	p := &source{file: file}
	t, err := p.parse(data, lookup, o)
	if err != nil {
		return nil, p.locate(err)
	}
	t.File = file
	return t, nil
}

// source is the text that is being read, for errors.
type source struct {
	file   string
	lines  []string
	values *decoder // where they stand
}

func (p *source) parse(data []byte, lookup func(string) (string, bool), o Overrides) (*Target, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	p.lines = strings.Split(string(data), "\n")
	root, err := p.tree(data)
	if err != nil {
		return nil, err
	}
	t := &Target{}
	d := &decoder{lookup: lookup, lines: map[string]int{}, variables: map[string][]string{}}
	if err := d.decode(root, reflect.ValueOf(t).Elem(), ""); err != nil {
		return nil, err
	}
	if o.URL != "" {
		t.URL = o.URL
		delete(d.lines, "target")
	}
	if o.Transport != "" {
		t.Transport = o.Transport
		delete(d.lines, "transport")
	}
	p.values = d
	t.SetDefaults()
	if err := t.Validate(); err != nil {
		return nil, d.place(err, o)
	}
	return t, nil
}

// tree parses the YAML: one document with something in it.
func (p *source) tree(data []byte) (root ast.Node, err error) {
	const advice = "`voicespec init` writes an example to start from"
	switch {
	case len(data) > maxFile:
		return nil, &Problem{Text: "is larger than 1 MiB and hardly a target file; " + advice}
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return nil, &Problem{Text: "is not UTF-8 text and so no target file; " + advice}
	case tooDeep(data):
		return nil, &Problem{Text: fmt.Sprintf("nests brackets more than %d deep and is hardly a target file; %s", maxDepth, advice)}
	}
	if line := p.tab(); line > 0 {
		return nil, &Problem{Line: line, Text: "the line is indented with a tab; YAML takes spaces only"}
	}
	defer func() {
		// The YAML library is third party and reads what people type.
		if recover() != nil {
			root, err = nil, &Problem{Text: "cannot be understood as YAML; " + advice}
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntaxProblem(err, p.lines)
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if doc != nil && doc.Body != nil && doc.Body.Type() != ast.CommentType && doc.Body.Type() != ast.NullType {
			bodies = append(bodies, doc.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return nil, &Problem{Text: "is empty; " + advice}
	case 1:
		return bodies[0], nil
	}
	return nil, &Problem{Line: lineOf(bodies[1]), Text: "a second document begins (---), but a target file holds one; list further stations under stations:"}
}

// tab is the first line that is indented with a tab, 0 if none is.
func (p *source) tab() int {
	for i, line := range p.lines {
		if strings.Contains(leading(line, " \t"), "\t") && strings.TrimSpace(line) != "" && strings.TrimSpace(line)[0] != '#' {
			return i + 1
		}
	}
	return 0
}

func tooDeep(data []byte) bool {
	depth := 0
	for _, b := range data {
		switch b {
		case '{', '[':
			depth++
		case '}', ']':
			depth = max(0, depth-1)
		}
		if depth > maxDepth {
			return true
		}
	}
	// Block sequences nest on one line too: "- - - -".
	return bytes.Contains(data, bytes.Repeat([]byte("- "), maxDepth))
}

// place gives a validation error the line of the value that it is about.
func (d *decoder) place(err error, o Overrides) error {
	var invalid *invalid
	if !errors.As(err, &invalid) {
		return err
	}
	if invalid.path == "target" && o.URL != "" {
		return &Problem{Line: -1, Text: "--target: " + invalid.text}
	}
	for path := invalid.path; path != ""; {
		if line := d.lines[path]; line > 0 {
			return &Problem{Line: line, Text: invalid.text}
		}
		cut := strings.LastIndexByte(path, '.')
		if cut < 0 {
			break
		}
		path = path[:cut]
	}
	return &Problem{Text: invalid.text}
}

// locate adds the file and the text of the line.
func (p *source) locate(err error) error {
	var problem *Problem
	if !errors.As(err, &problem) {
		return &Problem{File: p.file, Text: err.Error()}
	}
	if problem.Line < 0 { // the command line's fault, not the file's
		return &Problem{Text: problem.Text}
	}
	problem.File = p.file
	if problem.Line > 0 && problem.Line <= len(p.lines) {
		problem.Source = excerpt(p.lines[problem.Line-1])
	}
	return problem
}
