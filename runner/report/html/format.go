package html

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
)

// Limits of one message in the report; the recording has the whole.
const (
	mostBytes  = 24 << 10
	mostIndent = 30 // a target may nest as deep as it likes
	mostLines  = 1500
)

// line is one line of a JSON text as it is shown, with the place that it stands for.
type line struct {
	path  string // $.data.call.state; of a set's member: $.data.call.capabilities[Hold]
	value string // the scalar; "" for brackets
	text  string
}

// format lays raw JSON out, one member a line, in the order and with the numbers that were
// sent. What is not JSON, or too long, is one piece of text.
func format(raw []byte) []line {
	if len(raw) > mostBytes {
		return plain(string(raw[:mostBytes]) + "\n… (" + strconv.Itoa(len(raw)-mostBytes) + " more bytes)")
	}
	if !json.Valid(raw) {
		return plain(string(raw))
	}
	f := &formatter{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	f.value(d)
	return f.lines
}

func plain(s string) []line {
	var out []line
	for l := range strings.SplitSeq(evidence.CleanLines(s), "\n") {
		out = append(out, line{text: l})
	}
	return out
}

// level is one open object or array.
type level struct {
	path   string
	object bool
	index  int
	key    string
	isKey  bool
	opened bool
}

type formatter struct {
	lines []line
	stack []level
}

// value reads tokens until the value is complete. It keeps its own stack: the depth is the
// target's choice.
func (f *formatter) value(d *json.Decoder) {
	for {
		t, err := d.Token()
		if err != nil || len(f.lines) > mostLines {
			if err == nil {
				f.lines = append(f.lines, line{text: "… (more lines)"})
			}
			return
		}
		f.token(t)
		if len(f.stack) == 0 {
			return
		}
	}
}

func (f *formatter) token(t json.Token) {
	if n := len(f.stack); n > 0 {
		if top := &f.stack[n-1]; top.object && !top.isKey {
			if key, ok := t.(string); ok {
				top.key, top.isKey = key, true
				return
			}
		}
	}
	delim, ok := t.(json.Delim)
	switch {
	case !ok:
		f.emit(f.place(scalar(t)), scalar(t), scalar(t), "")
		f.next()
	case delim == '{' || delim == '[':
		path := f.place("")
		f.emit(path, "", "", delim.String())
		f.stack = append(f.stack, level{path: path, object: delim == '{'})
	default:
		top := f.stack[len(f.stack)-1]
		f.stack = f.stack[:len(f.stack)-1]
		if last := &f.lines[len(f.lines)-1]; !top.opened { // empty: {} in one line
			last.text += delim.String()
			last.value = last.text[len(last.text)-2:]
		} else {
			f.lines = append(f.lines, line{path: top.path, text: f.indent() + delim.String()})
		}
		f.next()
	}
}

// place is the path of the value that comes now. Members of capabilities are named by
// themselves, since their order never counts.
func (f *formatter) place(value string) string {
	if len(f.stack) == 0 {
		return "$"
	}
	top := f.stack[len(f.stack)-1]
	switch {
	case top.object:
		return top.path + "." + top.key
	case strings.HasSuffix(top.path, "apabilities") && value != "":
		return top.path + "[" + strings.Trim(value, `"`) + "]"
	}
	return top.path + "[" + strconv.Itoa(top.index) + "]"
}

func (f *formatter) emit(path, value, text, bracket string) {
	key := ""
	indent := f.indent()
	if n := len(f.stack); n > 0 {
		top := &f.stack[n-1]
		if top.index > 0 {
			f.lines[len(f.lines)-1].text += ","
		}
		top.opened = true
		if top.object {
			key = scalar(top.key) + ": "
		}
	}
	f.lines = append(f.lines, line{path: path, value: value, text: indent + key + text + bracket})
}

// next ends a member: what comes now is a key again, or the next element.
func (f *formatter) next() {
	if n := len(f.stack); n > 0 {
		top := &f.stack[n-1]
		top.index++
		top.isKey = false
	}
}

// indent is one space a level; the page shows two.
func (f *formatter) indent() string { return strings.Repeat(" ", min(len(f.stack), mostIndent)) }

// scalar writes a JSON scalar so that nothing in it acts or hides.
func scalar(t json.Token) string {
	switch v := t.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case string:
		return evidence.Escape(`"` + strings.ReplaceAll(strings.ReplaceAll(v, `\`, `\\`), `"`, `\"`) + `"`)
	}
	return "?"
}
