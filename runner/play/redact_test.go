package play

import "testing"

func TestSecretsAreCut(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	s.credentials("ada", `p"ss <wörd>/1`, "5005")
	s.credentials("carl", "longsecret", "5000")
	s.credentials("dora", "longsecret2", "5001")
	s.credentials("emil", "state", "5002")
	s.credentials("5003", "5003", "5003")
	s.credentials("frieda", "frieda", "1234567")
	s.add("1234567")
	s.add("no") // too short to be told from chance
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", `{"a": "b"}`, `{"a": "b"}`},
		{"as it is", `wrong: p"ss <wörd>/1!`, `wrong: [secret]!`},
		{"in JSON", `{"a":"x p\"ss <wörd>/1"}`, `{"a":"x [secret]"}`},
		{"escaped in JSON", `{"a":"p\u0022ss \u003cw\u00f6rd\u003e\/1"}`, `{"a":"[secret]"}`},
		{"as a name in JSON", `{"longsecret":1}`, `{"[secret]":1}`},
		{"in a URL", `/x?p=p%22ss+%3Cw%C3%B6rd%3E%2F1`, `/x?p=[secret]`},
		{"a Basic token", `Basic Y2FybDpsb25nc2VjcmV0`, `Basic [secret]`},
		{"the longest first", `longsecret2 longsecret`, `[secret] [secret]`},
		{"a short one as a member's name", `{"state":"Ringing","x":"the state, 1"}`, `{"state":"Ringing","x":"the [secret], 1"}`},
		{"a short one in a word", `{"x":"statement estate"}`, `{"x":"statement estate"}`},
		{"numbers and user names stay", `{"x":"5003 1234567 frieda"}`, `{"x":"5003 1234567 frieda"}`},
		{"too short", `no`, `no`},
		{"no JSON", `{"a":"p\"ss \u003cwörd\u003e/1"`, `{"a":"[secret]"`},
		{"the rest stays as it is", "{ \"n\" : 1.0e3 ,\"\\u0061\":\"\\u0062\",\"s\":\"longsecret\\n\"}", "{ \"n\" : 1.0e3 ,\"\\u0061\":\"\\u0062\",\"s\":\"[secret]\\n\"}"},
		{"quotes and backslashes", `{"a":"\\\"","b":"\\","c":"longsecret"}`, `{"a":"\\\"","b":"\\","c":"[secret]"}`},
	} {
		if got := string(s.cut([]byte(tt.in))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add(`{"a":"x longsecret","b\"":["\\"]}`)
	f.Add(`[{"a":"\u006congsecret"}]`)
	f.Fuzz(func(t *testing.T, in string) {
		s := newSecrets()
		s.add("longsecret")
		out := s.cut([]byte(in))
		if keepable([]byte(in)) && !keepable(out) {
			t.Errorf("%q is no JSON any more: %q", in, out)
		}
		if string(s.cut(out)) != string(out) {
			t.Errorf("%q is not clean", out)
		}
	})
}

// What is no word and stands in what came is a leak; what the target file says openly, or a word, is none.
func TestCredentialsThatCame(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	s.credentials("carl", "long-secret", "5000")
	s.credentials("dora", "password", "5001")
	s.credentials("emil", "5002-5002", "5002-5002")
	s.sent("carl", "made-up-secret")
	for text, want := range map[string]bool{
		`{"password":"long-secret"}`: true, `Basic Y2FybDpsb25nLXNlY3JldA==`: true, `{"a":"the password is missing"}`: false,
		`{"number":"5002-5002"}`: false, `{"a":"made-up-secret"}`: false, `{}`: false,
	} {
		if got := s.holdsCredentials([]byte(text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
