package reference

import (
	"net/http"
	"strings"
	"testing"
)

// TestEveryPair combines every variation with every fault: both act.
func TestEveryPair(t *testing.T) {
	faults := allFaults()
	for _, v := range allVariations() {
		for _, f := range faults {
			s := &Server{}
			v.set(s)
			if err := f.join(v, &s.hooks); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestClash: a pair of which one would be lost is refused.
func TestClash(t *testing.T) {
	f := row("long", "X-1", "another prefix", func(h *hooks) {
		h.prefix, h.batch, h.bayeux = "/b", true, bayeuxHooks{maxConnects: 2, types: []string{"y"}}
	})
	v := vary("short", "a prefix", nil)
	err := f.join(v, &hooks{prefix: "/a", batch: true, bayeux: bayeuxHooks{maxConnects: 1, types: []string{"x"}}})
	if err == nil || !strings.Contains(err.Error(), "variation short and fault long cannot be combined, since both set prefix and types and maxConnects;") {
		t.Errorf("error %v", err)
	}
	if err := f.join(v, &hooks{prefix: "/b", batch: true}); err != nil {
		t.Errorf("the same values: %v", err)
	}
}

// TestHooksAddUp: each function hook that two rows set acts for both.
func TestHooksAddUp(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	calls := map[string]int{}
	count := func(name string) { calls[name]++ }
	h := &s.hooks
	for range 2 {
		matching(func(*session, string) (bool, bool) { count("match"); return false, false })(h)
		pushing(func(_ *session, e []byte) [][]byte { count("push"); return [][]byte{e} })(h)
		writes(posted, func(_ *exchange, raw []byte) (string, []byte) { count("write"); return "text/plain", raw })(h)
		h.bayeux.drain = append(h.bayeux.drain, func(_ *session, e [][]byte) [][]byte { count("drain"); return e })
		h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte { count("body"); return raw })
		h.open = append(h.open, func(*Server, *http.Request) *agent { count("open"); return nil })
		h.hangUp = append(h.hangUp, func(*exchange) bool { count("hangUp"); return false })
	}
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stranger := newActor(t, base, Agent{User: "nobody"})
	stranger.json(http.MethodGet, "/me", nil)
	a := newActor(t, base, DefaultAgents(1)[0])
	a.listen("/v2/me/calls")
	a.dial("5990")
	a.state(dialing, "")
	for _, name := range []string{"match", "push", "write", "drain", "body", "open", "hangUp"} {
		if n := calls[name]; n == 0 || n%2 != 0 {
			t.Errorf("%s was called %d times", name, n)
		}
	}
}
