package recording_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// FuzzDecodeJSON holds what is decoded beside what encoding/json makes of it.
func FuzzDecodeJSON(f *testing.F) {
	for _, text := range []string{
		`{"a":1,"b":[true,false,null],"c":{"d":"é"},"e":-0.5e+10}`, ` [ ] `, `{ }`, `"x"`, `7`, `-`, `01`, `-0`, `1.`, `1.5`, `1e`, `1E5`, `.5`, `+1`,
		`{"a":1,"a":2}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[,1]`, `[1 2]`, `{1:2}`, `{"a":1}x`, `{"a":1} {}`, `1x`, `truex`, `tru`, `nul`, `null`,
		`"\u00e9"`, `"a\"b"`, "\"\x01\"", "\"\xff\"", "\xef\xbb\xbf{}", `"`, `{"a":"b`, `[`, `{`, "\x00", "{}\x00", "1\x00", "[\x0c]", "", " ",
		string(bytes.Repeat([]byte("["), 70)) + string(bytes.Repeat([]byte("]"), 70)), string(bytes.Repeat([]byte("["), 70)),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			want = nil
		}
		if got := recording.DecodeJSON(raw); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %#v, not %#v", raw, got, want)
		}
	})
}
