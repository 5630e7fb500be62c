package judge

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/xeipuuv/gojsonschema"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/schemas"
)

var compiled sync.Map // schema name: *gojsonschema.Schema

// schemaOf compiles a schema once. The embedded schemas are tested to compile.
func schemaOf(name string) *gojsonschema.Schema {
	if known, ok := compiled.Load(name); ok {
		if s, ok := known.(*gojsonschema.Schema); ok {
			return s
		}
	}
	data, err := schemas.Load(name)
	if err != nil {
		panic(err)
	}
	s, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(data))
	if err != nil {
		panic(fmt.Errorf("schema %s: %w", name, err))
	}
	compiled.Store(name, s)
	return s
}

// Conforms validates a decoded value against a schema and returns every difference as a
// finding of the requirement.
func Conforms(requirement, schema string, e *recording.Entry, value any) []Finding {
	res, err := schemaOf(schema).Validate(gojsonschema.NewRawLoader(value))
	if err != nil {
		return []Finding{{Requirement: requirement, Entry: e, Expected: "JSON as in schema " + schema, Observed: err.Error()}}
	}
	var out []Finding
	for _, d := range res.Errors() {
		at := d.Field()
		if p, ok := d.Details()["property"].(string); ok && (d.Type() == "required" || d.Type() == "additional_property_not_allowed") {
			at = strings.TrimPrefix(at+"."+p, "(root).")
		}
		f := Finding{Requirement: requirement, Entry: e, Path: at, Expected: expected(d), Observed: observed(d)}
		switch {
		case strings.HasSuffix(at, "duration") && d.Type() != "required":
			f.Requirement = sub(requirement, "MSG-8")
		case strings.HasSuffix(at, "mute") && d.Type() != "required":
			f.Requirement = sub(requirement, "MSG-9")
		}
		out = append(out, f)
	}
	return out
}

// sub keeps a value's own rule apart from the rule of form, in call notifications.
func sub(requirement, own string) string {
	if requirement == "MSG-1" {
		return own
	}
	return requirement
}

func expected(d gojsonschema.ResultError) string {
	switch d.Type() {
	case "required":
		return "the member is there"
	case "additional_property_not_allowed":
		return "no such member"
	case "invalid_type":
		return fmt.Sprintf("a %v", d.Details()["expected"])
	case "enum":
		return fmt.Sprintf("one of %v", d.Details()["allowed"])
	case "pattern":
		return fmt.Sprintf("a text of the form %v", d.Details()["pattern"])
	}
	return d.Description()
}

func observed(d gojsonschema.ResultError) string {
	switch d.Type() {
	case "required":
		return "missing"
	case "additional_property_not_allowed":
		return "present"
	case "invalid_type":
		return fmt.Sprintf("%v %s", d.Details()["given"], Short(d.Value()))
	}
	return Short(d.Value())
}

// Short prints a JSON value in one short line.
func Short(v any) string { return recording.Short(v) }

// callSchema is judgeCallSchema, done once for each notification.
func (c *Case) callSchema(e *recording.Entry) []Finding {
	f, done := c.schema[e]
	if !done {
		f = c.judgeCallSchema(e)
		c.schema[e] = f
	}
	return f
}

// judgeCallSchema checks form and types of a call notification against the schema of its state.
func (c *Case) judgeCallSchema(e *recording.Entry) []Finding {
	whole := map[string]any{"channel": e.Channel, "data": e.Data()}
	if e.Data() == nil {
		return []Finding{{Requirement: "MSG-1", Entry: e, Path: "data", Expected: "an object", Observed: Short(string(e.Message))}}
	}
	if e.IsError() && e.Call() == nil {
		return c.conforms("error-notification", e, whole)
	}
	if voice.CallOf(e).OldForm() {
		return c.conforms("call-8.5.0", e, whole)
	}
	switch e.State() {
	case voice.Ringing, voice.Dialing, voice.Established, voice.Held, voice.Released:
		return c.conforms("call-"+strings.ToLower(e.State()), e, whole)
	}
	var out []Finding
	for _, f := range c.conforms("call-established", e, whole) {
		if f.Path != "data.call.state" || !voice.CallOf(e).StateIsText() { // an unknown state is MSG-6's
			out = append(out, f)
		}
	}
	return out
}

// notUTF8 is how a fault begins that says that a whole response or frame is not UTF-8.
const notUTF8 = "the body is not valid UTF-8"

// badlyEncoded reports whether a fault says that a response is not UTF-8.
func badlyEncoded(e *recording.Entry) bool {
	return e.Kind == recording.KindFault && strings.HasPrefix(e.Text, notUTF8)
}

// Encoded judges that what was notified to everybody's own sessions came as UTF-8.
func Encoded(c *Case) []Finding { return judgeEncoding(c, c.Messages("")) }

// judgeEncoding judges also what could not be read since it is no UTF-8: the first of it, as what builds on it is blocked.
func judgeEncoding(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	if i := slices.IndexFunc(c.Entries, func(e *recording.Entry) bool { return e.Browser == "" && badlyEncoded(e) }); i >= 0 {
		out = append(out, Finding{Requirement: "MSG-12", Entry: c.Entries[i], Expected: "valid UTF-8", Observed: c.Entries[i].Text})
	}
	for _, e := range messages {
		if !utf8.Valid(e.Message) {
			out = append(out, Finding{Requirement: "MSG-12", Entry: e, Expected: "valid UTF-8", Observed: "bytes that are not UTF-8"})
		}
	}
	return out
}
