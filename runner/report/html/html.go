// Package html writes the HTML report: one file that needs no network, works from disk and
// runs no script but its own. It holds a ladder diagram for every scenario, drawn here; the
// page's script only folds, filters and opens messages. Everything that a target sent goes
// through html/template as text, and a Content-Security-Policy in the file allows its own
// script and style by their hashes and nothing else.
package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's template, style and script
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/voicespec/voicespec/runner/report/evidence"
)

//go:embed page.gohtml
var pageText string

//go:embed style.css
var style string

//go:embed script.js
var script string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"plural":  evidence.Plural,
	"bar":     bar,
	"words":   evidence.Words,
	"counted": evidence.Counted,
	"more":    func(named []string, n int) int { return len(named) + n },
}).Parse(pageText))

// Write writes the report.
func Write(w io.Writer, in evidence.Input) error {
	p := newPage(in)
	p.Style, p.Script = template.CSS(style), template.JS(script) //nolint:gosec // our own embedded files
	p.CSP = "default-src 'none'; img-src data:; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
	// The page is made without the messages of passed scenarios first: what room it leaves
	// is theirs.
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("write HTML report: %w", err)
	}
	if p.Bodies.spend(b.Len()) {
		b.Reset()
		if err := pageTemplate.Execute(&b, p); err != nil {
			return fmt.Errorf("write HTML report: %w", err)
		}
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write HTML report: %w", err)
	}
	return nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
