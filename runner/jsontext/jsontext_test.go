package jsontext_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/jsontext"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ body, text, wrong string }{
		{`{"a":1}`, `{"a":1}`, ""},
		{" \t\r\n[] \r\n", " \t\r\n[] \r\n", ""},
		{"\ufeff{}", "{}", "byte order mark"},
		{"[]\f", "[]", "white space"},
		{"\v[]", "[]", "white space"},
		{"{}\x00", "{}", "white space"},
		{"\u00a0{}\u0085", "{}", "white space"},
		{"{}{}", "{}", "behind the end"},
		{"[] // done", "[]", "behind the end"},
		{`{"a":1`, `{"a":1`, ""}, // none at all
		{"<html>", "<html>", ""},
		{"\ufeff", "\ufeff", ""},
		{"", "", ""},
		{"{'a':1}", "{'a':1}", ""},
	} {
		text, wrong := jsontext.Text([]byte(c.body))
		if string(text) != c.text || !strings.Contains(wrong, c.wrong) || (wrong == "") != (c.wrong == "") {
			t.Errorf("%q: %q, %q", c.body, text, wrong)
		}
	}
}

func TestIrregularities(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":{"a":1}}`:                        "",
		`{"a":1,"a":1}`:                              "a twice the same",
		`{"a":1,"a":2}`:                              "a twice",
		`{"a":{"b":[1,2]},"a":{"b": [1, 2]}}`:        "a twice the same",
		`{"a":"x","\u0061":"\u0078"}`:                "a twice the same",
		`[{"a":{"b":null,"c":1,"b":0}}]`:             "[0].a.b twice",
		`{"a":"\ud83d\ude00"}`:                       "",
		`{"a":"\\ud83d"}`:                            "",
		`{"a":"\ud83d"}`:                             `a \ud83d`,
		`{"a":["x","\uDC00\uD83D"]}`:                 `a[1] \uDC00`,
		`{"a":"\ud83d\ud83d\ude00"}`:                 `a \ud83d`,
		`{"\ud800":1}`:                               ` \ud800`,
		` { "a" : [ ] , "b" : { } , "a" : [ ] } `:    "a twice the same",
		`{"a":1,"a":1`:                               "",
		`{"a":-1.5e+10,"b":true,"a":-1.5e+10,"c":0}`: "a twice the same",
	} {
		var seen []string
		for _, x := range jsontext.Irregularities([]byte(text)) {
			switch {
			case x.Repeated && x.Differs:
				seen = append(seen, x.Path+" twice")
			case x.Repeated:
				seen = append(seen, x.Path+" twice the same")
			default:
				seen = append(seen, x.Path+" "+x.Seen)
			}
		}
		if got := strings.Join(seen, "; "); got != want {
			t.Errorf("%s: %q, wanted %q", text, got, want)
		}
	}
	if n := len(jsontext.Irregularities([]byte("[" + strings.Repeat(`"\ud800",`, 1000) + "0]"))); n > 20 {
		t.Errorf("%d of one text", n)
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "\ufeff[]", "[]\f", "{}\x00\x00", "[1] x", `{"a":1,"a":2}`, `{"a":"\ud83d"}`, `[{"a":{"b":null}}]`, "\u2028{}", "<html>", "[[[[", `{"\ud800\udc00":"\\"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		text, wrong := jsontext.Text(body)
		switch {
		case wrong == "" && !bytes.Equal(text, body):
			t.Errorf("%q became %q without a word", body, text)
		case wrong != "" && (!json.Valid(text) || json.Valid(body) || !bytes.Contains(body, text)):
			t.Errorf("%q became %q: %s", body, text, wrong)
		case len(wrong) > 400:
			t.Errorf("%d bytes about %q", len(wrong), body)
		}
		found := jsontext.Irregularities(body)
		twice := false
		for _, x := range found {
			twice = twice || x.Repeated
		}
		if want := doubled(body); want != twice && len(found) < 20 {
			t.Errorf("%q: a member twice: %t, found %v", body, want, found)
		}
	})
}

// doubled is what encoding/json says of members that stand twice.
func doubled(body []byte) bool {
	if !json.Valid(body) {
		return false
	}
	type level struct {
		keys  map[string]bool // nil for a list
		value bool            // a value is due
	}
	var open []*level
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				panic(fmt.Sprint("valid, and not read: ", err))
			}
			return false
		}
		var in *level
		if len(open) > 0 {
			in = open[len(open)-1]
		}
		key, isText := token.(string)
		if in != nil && in.keys != nil && isText && !in.value {
			if in.keys[key] {
				return true
			}
			in.keys[key], in.value = true, true
			continue
		}
		if in != nil && token != json.Delim('}') && token != json.Delim(']') {
			in.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &level{keys: map[string]bool{}})
		case json.Delim('['):
			open = append(open, &level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}
