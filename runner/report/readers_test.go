package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// node is an element of a JUnit file.
type node struct {
	name     string
	attrs    map[string]string
	text     string
	children []*node
}

func (n *node) all(name string) []*node {
	var out []*node
	for _, c := range n.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}

func (n *node) has(name string) bool { return len(n.all(name)) > 0 }

// tree reads XML 1.0 more strictly than encoding/xml does: one declaration, one root, no attribute twice, no names from elsewhere.
func tree(data []byte) (*node, error) {
	if !utf8.Valid(data) || !bytes.HasPrefix(data, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) {
		return nil, errors.New("not UTF-8, or it does not say so")
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = true
	document := &node{}
	open := []*node{document}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(document.children) != 1 {
				return nil, fmt.Errorf("%d roots", len(document.children))
			}
			return document.children[0], nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range append([]xml.Attr{{Name: token.Name}}, token.Attr...) {
				if a.Name.Space != "" {
					return nil, fmt.Errorf("%s: a name of another space", a.Name.Local)
				}
			}
			for _, a := range token.Attr {
				if _, twice := n.attrs[a.Name.Local]; twice {
					return nil, fmt.Errorf("%s: %s twice", n.name, a.Name.Local)
				}
				n.attrs[a.Name.Local] = a.Value
			}
			top.children, open = append(top.children, n), append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
		case xml.Directive, xml.Comment:
			return nil, fmt.Errorf("%T", token)
		}
	}
}

// shape is what the schemas of JUnit files have in common: that of Jenkins' xunit plugin, which knows no other attributes,
// and that of Ant, which requires more of a test case.
type shape struct {
	required, allowed, children []string
	text                        bool
}

var (
	counts  = []string{"tests", "failures", "errors"}
	outcome = shape{required: []string{"message"}, allowed: []string{"type"}, text: true}
	shapes  = map[string]shape{
		"testsuites": {allowed: append([]string{"name", "time"}, counts...), children: []string{"testsuite"}},
		"testsuite": {
			required: append([]string{"name", "time", "timestamp"}, counts...), allowed: []string{"skipped", "hostname", "id", "package", "file", "log", "url", "group"},
			children: []string{"properties", "testcase", "system-out", "system-err"},
		},
		"properties": {children: []string{"property"}},
		"property":   {required: []string{"name", "value"}},
		"testcase": {
			required: []string{"name", "classname", "time"}, allowed: []string{"group"},
			children: []string{"skipped", "error", "failure", "system-out", "system-err"},
		},
		"failure": outcome, "error": outcome, "skipped": outcome,
		"system-out": {text: true}, "system-err": {text: true},
	}
	decimal   = regexp.MustCompile(`^\d+(\.\d+)?$`)
	timestamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)
)

// strictly holds a file to the schemas. What both leave open and every file should keep is held, too: totals agree, a case has
// one outcome, names are no empty or broken lines.
func strictly(t *testing.T, root *node) {
	t.Helper()
	if root.name != "testsuites" {
		t.Errorf("the root is %s", root.name)
	}
	inShape(t, root)
	total := map[string]int{}
	for _, suite := range root.all("testsuite") {
		for what, n := range map[string]int{
			"tests": len(suite.all("testcase")), "failures": with(suite, "failure"), "errors": with(suite, "error"), "skipped": with(suite, "skipped"),
		} {
			total[what] += n
			if suite.attrs[what] != fmt.Sprint(n) {
				t.Errorf("suite %s: %s=%q where there are %d", suite.attrs["name"], what, suite.attrs[what], n)
			}
		}
		if !timestamp.MatchString(suite.attrs["timestamp"]) {
			t.Errorf("timestamp %q", suite.attrs["timestamp"])
		}
		if len(suite.all("properties")) > 1 || suite.children[0].name != "properties" {
			t.Error("the properties do not stand once and first")
		}
	}
	for _, what := range counts {
		if root.attrs[what] != fmt.Sprint(total[what]) {
			t.Errorf("%s=%q of all suites, where there are %d", what, root.attrs[what], total[what])
		}
	}
}

func with(suite *node, outcome string) int {
	n := 0
	for _, c := range suite.all("testcase") {
		if c.has(outcome) {
			n++
		}
	}
	return n
}

func inShape(t *testing.T, n *node) {
	t.Helper()
	s, known := shapes[n.name]
	if !known {
		t.Errorf("unknown element %s", n.name)
	}
	for _, a := range s.required {
		if _, there := n.attrs[a]; !there {
			t.Errorf("%s has no %s", n.name, a)
		}
	}
	for a, value := range n.attrs {
		if !slices.Contains(s.required, a) && !slices.Contains(s.allowed, a) {
			t.Errorf("%s has an attribute that the schema does not know, %s", n.name, a)
		}
		if a == "time" && !decimal.MatchString(value) {
			t.Errorf("%s: time %q is no decimal", n.name, value)
		}
		if (a == "name" || a == "classname") && (value == "" || strings.Join(strings.Fields(value), " ") != value) {
			t.Errorf("%s: %s %q is no token", n.name, a, value)
		}
	}
	if !s.text && strings.TrimSpace(n.text) != "" {
		t.Errorf("%s has text: %q", n.name, n.text)
	}
	if n.name == "testcase" && len(n.all("failure"))+len(n.all("error"))+len(n.all("skipped")) > 1 {
		t.Errorf("%s has more than one outcome", n.attrs["name"])
	}
	for _, c := range n.children {
		if !slices.Contains(s.children, c.name) {
			t.Errorf("%s in %s", c.name, n.name)
		}
		inShape(t, c)
	}
}

// counted is what a reader shows of a file.
type counted struct{ passed, failed, skipped int }

// byJenkins counts as Jenkins' junit plugin does: suites by name with their package, cases by class and name; what is marked
// skipped is skipped whatever else it has; error and failure are one, with the message above the text.
func byJenkins(t *testing.T, root *node) counted {
	t.Helper()
	var out counted
	suites, cases := map[string]bool{}, map[string]bool{}
	var read func(suite *node)
	read = func(suite *node) {
		for _, s := range suite.all("testsuite") {
			read(s)
		}
		if !suite.has("testcase") && !suite.has("error") {
			return // is not shown at all
		}
		name := strings.TrimPrefix(suite.attrs["package"]+"."+suite.attrs["name"], ".")
		if suites[name] {
			t.Errorf("Jenkins puts two suites together, %s", name)
		}
		suites[name] = true
		for _, c := range suite.all("testcase") {
			full := c.attrs["classname"] + "." + c.attrs["name"]
			if cases[full] {
				t.Errorf("Jenkins has %s twice", full)
			}
			cases[full] = true
			switch {
			case c.has("skipped"):
				out.skipped++
				if c.all("skipped")[0].attrs["message"] == "" {
					t.Errorf("Jenkins does not say why %s was skipped", full)
				}
			case c.has("error"), c.has("failure"):
				out.failed++
				why := append(c.all("error"), c.all("failure")...)[0]
				if why.attrs["message"] == "" || why.text == "" {
					t.Errorf("Jenkins does not say why %s failed", full)
				}
			default:
				out.passed++
			}
		}
	}
	read(root)
	return out
}

// Limits of GitLab, and the values of an attribute named type that its reader of XML takes for a type of the element.
const (
	gitlabBytes   = 30_000_000
	gitlabObjects = 250_000
	gitlabNode    = 10_000_000
	gitlabName    = 255
)

var gitlabTypes = []string{"array", "file", "symbol", "date", "datetime", "dateTime", "integer", "float", "decimal", "double", "boolean", "string", "yaml", "base64Binary"}

// byGitLab counts as GitLab does: elements with text lose their attributes; an element is whatever its attribute type says; text
// between elements hides them; of cases of one name, class and suite the first counts.
func byGitLab(t *testing.T, data []byte, root *node) counted {
	t.Helper()
	if len(data) >= gitlabBytes {
		t.Errorf("GitLab reads no file of %d bytes", len(data))
	}
	if n := objects(t, root); n > gitlabObjects {
		t.Errorf("GitLab reads no file of %d objects", n)
	}
	var out counted
	seen := map[string]bool{}
	for _, suite := range root.all("testsuite") {
		for _, c := range suite.all("testcase") {
			key := suite.attrs["name"] + "_" + c.attrs["classname"] + "_" + c.attrs["name"]
			if seen[key] {
				t.Errorf("GitLab leaves out another %s", key)
				continue
			}
			seen[key] = true
			if len(c.attrs["name"]) > gitlabName || len(suite.attrs["name"]) > gitlabName {
				t.Errorf("GitLab cuts the name %s", key)
			}
			switch {
			case c.has("failure"), c.has("error"):
				out.failed++
			case c.has("skipped"):
				out.skipped++
			default:
				out.passed++
			}
			for _, o := range c.children {
				if strings.TrimSpace(o.text) == "" {
					t.Errorf("GitLab shows nothing of %s's %s", key, o.name)
				}
			}
		}
	}
	return out
}

func objects(t *testing.T, n *node) int {
	t.Helper()
	if slices.Contains(gitlabTypes, n.attrs["type"]) || n.attrs["nil"] != "" {
		t.Errorf("GitLab takes %s for a %s", n.name, n.attrs["type"])
	}
	if len(n.children) > 0 && strings.TrimSpace(n.text) != "" {
		t.Errorf("GitLab sees nothing in %s, for its text %q", n.name, n.text)
	}
	if len(n.text) > gitlabNode {
		t.Errorf("GitLab reads no text of %d bytes", len(n.text))
	}
	all := 1 + len(n.attrs)
	for _, c := range n.children {
		all += objects(t, c)
	}
	return all
}
