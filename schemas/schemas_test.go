package schemas_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/voicespec/voicespec/schemas"
)

// compile loads a schema as a user of the package does.
func compile(t *testing.T, name string) *gojsonschema.Schema {
	t.Helper()
	data, err := schemas.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	loader := gojsonschema.NewSchemaLoader()
	loader.Draft, loader.AutoDetect, loader.Validate = gojsonschema.Draft7, false, true
	schema, err := loader.Compile(gojsonschema.NewBytesLoader(data))
	if err != nil {
		t.Fatalf("schema %s does not compile: %v", name, err)
	}
	return schema
}

// faults validates value and returns what is wrong with it, one line a fault.
func faults(t *testing.T, schema *gojsonschema.Schema, value any) []string {
	t.Helper()
	result, err := schema.Validate(gojsonschema.NewGoLoader(value))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range result.Errors() {
		out = append(out, e.Field()+": "+e.Description())
	}
	return out
}

func TestEverySchemaHasASample(t *testing.T) {
	t.Parallel()
	if got, want := schemas.Names(), slices.Sorted(maps.Keys(samples)); !slices.Equal(got, want) {
		t.Fatalf("schemas are %v\nsamples are %v", got, want)
	}
	if _, err := schemas.Load("call-lost"); err == nil || !strings.Contains(err.Error(), "call-held") {
		t.Errorf("an unknown name is answered with %v, want an error that lists the names", err)
	}
}

func TestSamplesAreValid(t *testing.T) {
	t.Parallel()
	for name, sample := range samples {
		if got := faults(t, compile(t, name), decode(t, sample)); got != nil {
			t.Errorf("%s: the sample is not valid: %v", name, got)
		}
	}
}

// Every member that a schema requires is taken out of the sample once, and given another
// JSON type once; each must be found, at its place.
func TestMutationsAreFound(t *testing.T) {
	t.Parallel()
	for name, sample := range samples {
		raw, err := schemas.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		schema, checked := compile(t, name), 0
		for _, place := range places(decode(t, string(raw)).(map[string]any), decode(t, sample), nil) {
			checked++
			where := strings.Join(place.path, ".")
			if place.required {
				broken := decode(t, sample)
				remove(broken, place.path)
				if len(faults(t, schema, broken)) == 0 {
					t.Errorf("%s: a sample without %s is valid", name, where)
				}
			}
			broken := decode(t, sample)
			replace(broken, place.path)
			if got := faults(t, schema, broken); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, where+":") }) {
				t.Errorf("%s: %s of a wrong type is not found at its place, but: %v", name, where, got)
			}
		}
		if checked == 0 {
			t.Errorf("%s: no member of the sample is checked", name)
		}
	}
}

type place struct {
	path     []string
	required bool
}

// places lists the members of value that schema types, with those that it requires. An
// array stands for its first element.
func places(schema map[string]any, value any, at []string) []place {
	var out []place
	switch v := value.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			rule, known := properties[name].(map[string]any)
			if !known {
				continue
			}
			path := append(slices.Clone(at), name)
			out = append(out, place{path, slices.Contains(required, any(name))})
			out = append(out, places(rule, v[name], path)...)
		}
	case []any:
		if items, ok := schema["items"].(map[string]any); ok && len(v) > 0 {
			out = places(items, v[0], append(slices.Clone(at), "0"))
		}
	}
	return out
}

func parent(value any, path []string) map[string]any {
	for _, step := range path[:len(path)-1] {
		if list, ok := value.([]any); ok {
			value = list[0]
			continue
		}
		value = value.(map[string]any)[step]
	}
	return value.(map[string]any)
}

func remove(value any, path []string) { delete(parent(value, path), path[len(path)-1]) }

// replace gives a member a JSON type that no member has where it stands.
func replace(value any, path []string) {
	owner, name := parent(value, path), path[len(path)-1]
	if _, isObject := owner[name].(map[string]any); isObject {
		owner[name] = "an object was here"
		return
	}
	owner[name] = map[string]any{"was": fmt.Sprintf("%T", owner[name])}
}

// The notifications of all states have one form: only the state may differ.
func TestCallNotificationsAgree(t *testing.T) {
	t.Parallel()
	form := func(name string) string {
		raw, err := schemas.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		data := decode(t, string(raw)).(map[string]any)["properties"].(map[string]any)["data"].(map[string]any)
		delete(data["properties"].(map[string]any)["call"].(map[string]any)["properties"].(map[string]any), "state")
		out, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	for _, name := range []string{"call-dialing", "call-established", "call-held", "call-released"} {
		if form(name) != form("call-ringing") {
			t.Errorf("%s and call-ringing differ in more than the state", name)
		}
	}
}

// What the schemas leave open on purpose, and what they must not let pass.
func TestEdges(t *testing.T) {
	t.Parallel()
	call := func(change func(call map[string]any)) map[string]any {
		n := decode(t, samples["call-established"]).(map[string]any)
		change(n["data"].(map[string]any)["call"].(map[string]any))
		return n
	}
	for _, c := range []struct {
		name, schema string
		value        any
		valid        bool
	}{
		{"no participants", "call-established", call(func(c map[string]any) { c["participants"] = []any{} }), true},
		{"unknown members", "call-established", call(func(c map[string]any) { c["case"] = []any{} }), true},
		{"doubled capability (judged elsewhere)", "call-established", call(func(c map[string]any) { c["capabilities"] = []any{"Hold", "Hold"} }), true},
		{"negative duration", "call-established", call(func(c map[string]any) { c["duration"] = "-1" }), false},
		{"another state", "call-established", call(func(c map[string]any) { c["state"] = "Held" }), false},
		{"empty id", "call-established", call(func(c map[string]any) { c["id"] = "" }), false},
		{"participants of the old form", "call-established", call(func(c map[string]any) { c["participants"] = []any{"5000"} }), false},
		{"success with further members", "rest-answer", decode(t, `{"statusCode":0,"referenceId":66}`), true},
		{"statusCode as text", "rest-answer", decode(t, `{"statusCode":"0"}`), false},
		{"error without a message", "rest-error", decode(t, `{"statusCode":6,"statusMessage":""}`), false},
		{"error with another member", "rest-error", decode(t, `{"statusCode":6,"statusMessage":"no","call":{}}`), false},
		{"error code 21", "rest-error", decode(t, `{"statusCode":21,"statusMessage":"no"}`), false},
		{"one subscription of several", "bayeux-subscribe", decode(t, `{"channel":"/meta/subscribe","successful":true,"subscription":["/a","/b"]}`), true},
		{"refusal without the subscription", "bayeux-subscribe", decode(t, `{"channel":"/meta/subscribe","successful":false,"error":"402::session_unknown"}`), true},
		{"refused handshake", "bayeux-handshake", decode(t, samples["bayeux-handshake-failed"]), false},
		{"rest without an actor", "recording", decode(t, `{"kind":"rest","at":1,"method":"GET","path":"/me"}`), false},
		{"message without channel", "recording", decode(t, `{"kind":"message","at":1,"actor":"agent","message":{"data":{}}}`), false},
		{"gap", "recording", decode(t, `{"kind":"gap","at":1,"actor":"agent","text":"the poll broke"}`), true},
	} {
		if got := faults(t, compile(t, c.schema), c.value); (len(got) == 0) != c.valid {
			t.Errorf("%s: valid is wanted %v; faults: %v", c.name, c.valid, got)
		}
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}
