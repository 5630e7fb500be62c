package cli

import (
	"bytes"
	"testing"
)

// What libraries quote is a target's, and no part of a line.
func TestLibrariesQuoteNothing(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Unsolicited response starting with \"Basic c2Vj\"; err=<nil>\n": "voicespec: Unsolicited response starting with\n",
		"invalid byte 's' in Cookie.Value; dropping\n":                   "voicespec: invalid byte\n",
		"one \x1b]0;x\a\nline\n":                                         "voicespec: one ?]0;x?\n",
	} {
		var out bytes.Buffer
		if n, err := (libraryLog{to: &out}).Write([]byte(in)); n != len(in) || err != nil || out.String() != want {
			t.Errorf("%q: %q, %d, %v", in, out.String(), n, err)
		}
		if n, err := (libraryLog{}).Write([]byte(in)); n != len(in) || err != nil {
			t.Errorf("nowhere: %d, %v", n, err)
		}
	}
}
