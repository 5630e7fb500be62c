package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"

	"github.com/voicespec/voicespec/runner/report"
)

// Geometry of a terminal, in SVG units.
const (
	columns   = 100
	cellWide  = 7.8
	lineHigh  = 18
	border    = 16
	baselines = 13 // of a line's text below its top
)

// console is what the command prints, on a terminal of the reader's theme.
func console(command string, in report.Input) ([]byte, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, "\x1b[2m$\x1b[0m \x1b[1m%s\x1b[0m\n", command)
	if err := report.Console(&text, in, report.Style{Colour: true, Width: columns}); err != nil {
		return nil, err
	}
	return terminal(strings.Split(strings.TrimRight(text.String(), "\n"), "\n")), nil
}

const terminalStyle = `
svg { --bg: #fff; --fg: #1b1f24; --dim: #57606a; --good: #1a7f37; --bad: #c1121f; --warn: #9a6700; --line: #d5dae0; }
@media (prefers-color-scheme: dark) {
  svg { --bg: #0f1318; --fg: #e4e8ec; --dim: #9aa4af; --good: #4cc366; --bad: #ff7b72; --warn: #e0b040; --line: #323a44; }
}
rect { fill: var(--bg); stroke: var(--line); }
text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--fg); white-space: pre; }
.bold { font-weight: 700; } .dim { fill: var(--dim); } .good { fill: var(--good); } .bad { fill: var(--bad); } .warn { fill: var(--warn); }
`

// terminal draws lines with their colours.
func terminal(lines []string) []byte {
	longest := 0
	for _, l := range lines {
		longest = max(longest, len([]rune(escape.ReplaceAllString(l, ""))))
	}
	width, height := int(float64(longest)*cellWide)+2*border, len(lines)*lineHigh+2*border
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">`, width, height, width, height)
	fmt.Fprintf(&b, "\n<style>%s</style>\n<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", terminalStyle, width-1, height-1)
	var class []string // goes on in the next line, as on a terminal
	for i, l := range lines {
		if strings.TrimSpace(l) == "" {
			continue
		}
		var text string
		text, class = spans(l, class)
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" xml:space=\"preserve\">%s</text>\n", border, border+i*lineHigh+baselines, text)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

var escape = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// classes are the few styles that our console uses.
var classes = map[string]string{"1": "bold", "2": "dim", "31": "bad", "32": "good", "33": "warn"}

// spans turns a line's escape sequences into tspans; class is how the line before ended, and how this one does.
func spans(line string, class []string) (text string, after []string) {
	var b strings.Builder
	write := func(text string) {
		switch {
		case text == "":
		case len(class) == 0:
			b.WriteString(html.EscapeString(text))
		default:
			fmt.Fprintf(&b, `<tspan class="%s">%s</tspan>`, strings.Join(class, " "), html.EscapeString(text))
		}
	}
	rest := 0
	for _, at := range escape.FindAllStringSubmatchIndex(line, -1) {
		write(line[rest:at[0]])
		rest = at[1]
		for code := range strings.SplitSeq(line[at[2]:at[3]], ";") {
			if code == "" || code == "0" {
				class = nil
			} else if c := classes[code]; c != "" {
				class = append(class, c)
			}
		}
	}
	write(line[rest:])
	return b.String(), class
}

// wellFormed tells what is wrong with a picture before a browser has to guess.
func wellFormed(svg []byte) error {
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
