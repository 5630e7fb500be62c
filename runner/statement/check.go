package statement

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
)

// Check says in what a statement does not follow from the results, a line for each difference; none if it follows. The
// statement is statement.json, statement.md or badge.svg, by the end of its name. An error is one of the files themselves.
func Check(name string, data, results []byte) ([]string, error) {
	kind := strings.ToLower(filepath.Ext(name))
	if err := known(kind, data); err != nil {
		return nil, err
	}
	s, err := Make(results)
	if wrong, ok := errors.AsType[*ContradictionError](err); ok {
		lines := make([]string, len(wrong.Differences))
		for i, d := range wrong.Differences {
			lines[i] = "results.json: " + d
		}
		return lines, nil
	}
	if err != nil {
		return nil, err
	}
	switch kind {
	case ".md":
		return lines(data, s.Markdown()), nil
	case ".svg":
		return lines(data, s.Badge()), nil
	}
	want, err := s.JSON()
	if err != nil {
		return nil, err
	}
	if d := members(data, want); len(d) > 0 {
		return d, nil
	}
	return lines(data, want), nil // the same members, but some of them twice, or in another form
}

// known reports what keeps a file from being a statement that this voicespec can check.
func known(kind string, data []byte) error {
	version := 0
	switch kind {
	case ".md", ".svg":
		for line := range bytes.Lines(data) {
			if _, err := fmt.Sscanf(string(line), mark, &version); err == nil {
				break
			}
		}
	case ".json":
		var head struct {
			Version       int    `json:"version"`
			ResultsSHA256 string `json:"resultsSha256"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			return fmt.Errorf("is no JSON (%w); a statement.json of voicespec is needed", err)
		}
		if version = head.Version; head.ResultsSHA256 == "" {
			version = 0
		}
	default:
		return errors.New("is neither statement.json nor statement.md nor badge.svg; name one that voicespec statement wrote")
	}
	switch {
	case version == 0:
		return errors.New("is no statement; name one that voicespec statement wrote")
	case version != FormatVersion:
		return fmt.Errorf("is a statement of format %d, and this voicespec checks format %d; take the voicespec that it names", version, FormatVersion)
	}
	return nil
}

// members compares two JSON texts by meaning.
func members(got, want []byte) []string {
	var a, b any
	if err := errors.Join(json.Unmarshal(got, &a), json.Unmarshal(want, &b)); err != nil {
		return []string{evidence.Clean(err.Error())}
	}
	var out []string
	compare("", a, b, func(path, said, follows string) {
		out = append(out, evidence.Clean(fmt.Sprintf("%s: the statement says %s, from the results follows %s", path, said, follows)))
	})
	return out
}

// absent stands for a member that is not there.
type absent struct{}

func compare(path string, a, b any, differ func(path, said, follows string)) {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			break
		}
		all := maps.Clone(x)
		maps.Copy(all, y)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			compare(strings.TrimPrefix(path+"."+name, "."), member(x, name), member(y, name), differ)
		}
		return
	case []any:
		y, ok := b.([]any)
		if !ok {
			break
		}
		for i := range max(len(x), len(y)) {
			compare(fmt.Sprintf("%s[%d]", path, i), element(x, i), element(y, i), differ)
		}
		return
	default:
		if a == b {
			return
		}
	}
	differ(path, shown(a), shown(b))
}

func member(m map[string]any, name string) any {
	if v, ok := m[name]; ok {
		return v
	}
	return absent{}
}

func element(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return absent{}
}

func shown(v any) string {
	if v == (absent{}) {
		return "nothing"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	const most = 120
	return evidence.Clip(string(text), most)
}

// lines compares two texts line by line, wherever these stand; how lines end is left to editors and version control.
func lines(got, want []byte) []string {
	a, b := split(got), split(want)
	if slices.Equal(a, b) {
		return nil
	}
	left := map[string]int{}
	for _, line := range b {
		left[line]++
	}
	var out []string
	for i, line := range a {
		if left[line]--; left[line] < 0 {
			out = append(out, fmt.Sprintf("line %d does not follow from the results: %s", i+1, evidence.Clean(line)))
		}
	}
	for _, line := range b {
		if left[line] > 0 {
			left[line]--
			out = append(out, "this line is missing, and follows from the results: "+evidence.Clean(line))
		}
	}
	if len(out) == 0 {
		out = []string{"its lines are in another order"}
	}
	return out
}

func split(text []byte) []string {
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
}
