package schemas_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/schemas"
)

// The schemas of our own files name exactly the members that we write.
func TestOwnFormatsHaveNotDrifted(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]reflect.Type{
		"recording": reflect.TypeFor[recording.Entry](),
		"results":   reflect.TypeFor[result.Report](),
	} {
		raw, err := schemas.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct{ Properties map[string]any }
		if err := json.Unmarshal(raw, &schema); err != nil {
			t.Fatal(err)
		}
		want := members(kind)
		if name == "recording" {
			// Any JSON value: there is nothing to say of them.
			want = slices.DeleteFunc(want, func(s string) bool { return s == "request" || s == "response" })
		}
		if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, want) {
			t.Errorf("%s: the schema names %v\nthe program writes %v", name, got, want)
		}
	}
}

func members(kind reflect.Type) []string {
	var out []string
	for field := range kind.Fields() {
		if tag, has := field.Tag.Lookup("json"); has {
			name, _, _ := strings.Cut(tag, ",")
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// What the program writes is valid, down to the lines and reports that hold next to nothing.
func TestOwnFilesAreValid(t *testing.T) {
	t.Parallel()
	empty := &result.Report{Version: 1, Gate: "required"}
	empty.Count()
	empty.Decide()
	for _, c := range []struct {
		schema string
		value  any
	}{
		{"recording", &recording.Entry{Kind: recording.KindHeader, Header: &recording.Header{Version: 1, Stations: []recording.Station{{}}}}},
		{"recording", &recording.Entry{Kind: recording.KindScenario, Scenario: "calls.hold", Event: recording.Begin}},
		{"recording", &recording.Entry{Kind: recording.KindRest, Actor: "agent", Method: "GET", Path: "/me", Problem: "timeout"}},
		{"recording", &recording.Entry{Kind: recording.KindMissed, Actor: "agent", Text: "Held", Waited: 5}},
		{"results", empty},
	} {
		raw, err := json.Marshal(c.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(t, compile(t, c.schema), decode(t, string(raw))); got != nil {
			t.Errorf("%s: %s is not valid: %v", c.schema, raw, got)
		}
	}
}
