package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// ladderOf cuts a scenario's ladder out of an HTML report, and gives it the report's own style so that it can
// stand alone.
func ladderOf(page []byte, scenario string) ([]byte, error) {
	style := between(page, "<style>", "</style>")
	start := bytes.Index(page, []byte(`aria-label="Ladder diagram of `+scenario+":"))
	if style == nil || start < 0 {
		return nil, fmt.Errorf("the report holds no ladder of %s", scenario)
	}
	start = bytes.LastIndex(page[:start], []byte("<svg "))
	svg, _, _ := bytes.Cut(page[start:], []byte("</svg>"))
	head, body, found := bytes.Cut(svg, []byte(">"))
	size := viewBox.FindSubmatch(head)
	if !found || size == nil {
		return nil, fmt.Errorf("the ladder of %s does not begin as expected: %.200s", scenario, head)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" class="ladder">`, size[1], size[2], size[1], size[2])
	fmt.Fprintf(&b, "\n<style>\n%s\n</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"var(--bg)\"/>", rules(string(style)))
	b.Write(body)
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

var viewBox = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)

func between(text []byte, from, to string) []byte {
	_, rest, found := bytes.Cut(text, []byte(from))
	if !found {
		return nil
	}
	inside, _, _ := bytes.Cut(rest, []byte(to))
	return inside
}

// rules are the lines of the report's style that a ladder needs: the colours at the top, and what is said of
// ladders, their heads, lifelines and messages.
func rules(style string) string {
	var kept []string
	colours := true
	for line := range strings.SplitSeq(style, "\n") {
		if strings.HasPrefix(line, "html") {
			colours = false
		}
		if colours || strings.HasPrefix(line, ".ladder text") || strings.HasPrefix(line, ".ladder .") ||
			strings.HasPrefix(line, ".heads") || strings.HasPrefix(line, ".life") || strings.HasPrefix(line, ".m.") || strings.HasPrefix(line, ".m ") {
			kept = append(kept, line)
		}
	}
	return strings.ReplaceAll(strings.Join(kept, "\n"), ":root", "svg")
}
