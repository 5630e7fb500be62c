package judge

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
)

// messages are all notifications of the pages, decoded, each with the schema that it is held against.
func messages(t testing.TB) map[string][]map[string]any {
	t.Helper()
	all, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]map[string]any{}
	for _, p := range all {
		for _, s := range p.Notifications() {
			whole, _ := recording.DecodeJSON(s.Notified).(map[string]any)
			schema := "device-notification"
			if s.Call() != nil {
				schema = "call-" + map[string]string{
					"Ringing": "ringing", "Dialing": "dialing", "Established": "established", "Held": "held", "Released": "released",
				}[s.State()]
			}
			out[schema] = append(out[schema], whole)
		}
	}
	if len(out) < 6 {
		t.Fatalf("only the schemas %v", slices.Sorted(maps.Keys(out)))
	}
	return out
}

func accepts(schema string, value any) bool {
	return len(Conforms("MSG-1", schema, &recording.Entry{}, value)) == 0
}

// drawn is any JSON value.
func drawn() *rapid.Generator[any] {
	return rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.SampledFrom([]string{"", "0", "12", "-1", "Held", "On", "x", "\u00e9"}), func(s string) any { return s }),
		rapid.Map(rapid.SampledFrom([]json.Number{"0", "-1", "1.5", "1.0", "99"}), func(n json.Number) any { return n }),
		rapid.Just[any]([]any{}), rapid.Just[any]([]any{"x"}), rapid.Just[any](map[string]any{}), rapid.Just[any](map[string]any{"id": "x"}),
	)
}

// altered is a copy of a value with some of it replaced, removed or added.
func altered(t *rapid.T, v any, often int) any {
	if rapid.IntRange(0, often).Draw(t, "replace") == 0 {
		return drawn().Draw(t, "value")
	}
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(x)) {
			if rapid.IntRange(0, 2*often).Draw(t, "remove") > 0 {
				out[name] = altered(t, x[name], often)
			}
		}
		if rapid.IntRange(0, often).Draw(t, "add") == 0 {
			out[rapid.SampledFrom([]string{"id", "state", "more", "mute", "duration"}).Draw(t, "name")] = drawn().Draw(t, "member")
		}
		return out
	case []any:
		var out []any
		for _, m := range x {
			out = append(out, altered(t, m, often))
		}
		return out
	}
	return v
}

// Values of one shape are both accepted, or neither: so the recogniser never accepts what the schema refuses.
func TestShapesTellWhatASchemaSays(t *testing.T) {
	t.Parallel()
	all := messages(t)
	names := slices.Sorted(maps.Keys(all))
	said := map[string]map[string]bool{}
	for _, name := range names {
		said[name] = map[string]bool{}
	}
	same := 0
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "schema")
		value := altered(t, rapid.SampledFrom(all[name]).Draw(t, "message"), rapid.SampledFrom([]int{3, 30, 300}).Draw(t, "often"))
		shape, accepted := string(recogniserOf(name).shape(value)), accepts(name, value)
		before, known := said[name][shape]
		if known && before != accepted {
			t.Fatalf("%s: two values of the shape %s: one is accepted, the other is not: %v", name, shape, value)
		}
		if known {
			same++
		}
		said[name][shape] = accepted
	})
	t.Logf("%d values had the shape of another", same)
}

// A message like one that came before, with other ids and numbers, is recognised; one with another state or type is not.
func TestRecognises(t *testing.T) {
	t.Parallel()
	call := func(id, state, duration string, monitored any) map[string]any {
		return map[string]any{"channel": "/v2/me/calls", "data": map[string]any{"call": map[string]any{
			"id": id, "state": state, "duration": duration, "monitoredUserMuted": monitored, "userData": map[string]any{id: id},
		}}}
	}
	r := recogniserOf("call-held")
	first := string(r.shape(call("1", "Held", "0", false)))
	if string(r.shape(call("another", "Held", "0", false))) != first {
		t.Error("another id makes another shape")
	}
	for what, other := range map[string]map[string]any{
		"state": call("1", "Ringing", "0", false), "duration": call("1", "Held", "x", false), "type": call("1", "Held", "0", "false"),
		"empty id": call("", "Held", "0", false),
	} {
		if string(r.shape(other)) == first {
			t.Errorf("another %s makes no other shape", what)
		}
	}
}

// Whatever is decoded: what was not accepted is not recognised.
func FuzzRecogniser(f *testing.F) {
	for name, list := range messages(f) {
		for _, m := range list[:min(3, len(list))] {
			raw, err := json.Marshal(m)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(name, raw)
			c := &Case{again: true}
			c.conforms(name, &recording.Entry{}, m)
		}
	}
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		if _, known := recognisers.Load(name); !known {
			return
		}
		value := recording.DecodeJSON(raw)
		if r := recogniserOf(name); r.knows(r.shape(value)) && !accepts(name, value) {
			t.Errorf("%s is recognised, and the schema refuses it", raw)
		}
	})
}
