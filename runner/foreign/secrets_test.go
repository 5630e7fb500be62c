package foreign

import "testing"

// The longer of two secrets that begin alike is cut whole; beyond what is kept the oldest are forgotten.
func TestSecretValues(t *testing.T) {
	t.Parallel()
	s := &Secrets{Most: 3}
	for _, v := range []string{"first-secret", "sesame-1", "sesame-1-and-more", "sesame-1", "other-secret"} {
		s.Header("X-Token", v)
	}
	for text, want := range map[string]string{
		"":                                  "",
		"sesam":                             "sesam",
		"sesame-1":                          "***",
		"a sesame-1-and-more, sesame-1-and": "a ***, ***-and",
		"first-secret is forgotten, other-secret": "first-secret is forgotten, ***",
		"other-secretother-secret":                "******",
		`{"passWord": "x", "k": "v"}`:             `{"passWord": "***", "k": "v"}`,
		"/me?access_token=abc&x=1":                "/me?access_token=***&x=1",
	} {
		if got := s.Cut(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}
